package io.gateau.pipeline;

/** Checks of what the fluent setters of an action are given. */
public final class Arguments {
  private Arguments() {}

  /**
   * The value of a setter.
   *
   * @param name of the setter
   * @throws IllegalArgumentException if the value is null
   */
  public static <T> T notNull(String name, T value) {
    if (value == null) {
      throw new IllegalArgumentException("%s cannot be null".formatted(name));
    }
    return value;
  }

  /**
   * The value of a setter that must have been called before {@code execute()}.
   *
   * @param name of the setter
   * @param parameter what the setter takes, for the message
   * @throws IllegalStateException if the setter was not called
   */
  public static <T> T required(String name, String parameter, T value) {
    if (value == null) {
      throw new IllegalStateException(
          "%s is missing; call %s(%s)".formatted(name, name, parameter));
    }
    return value;
  }
}
