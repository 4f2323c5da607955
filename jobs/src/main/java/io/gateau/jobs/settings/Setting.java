package io.gateau.jobs.settings;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One thing that a user can set, in the configuration file or by a flag.
 *
 * @param key its place in the file, sections and name joined by dots
 * @param flag its name on the command line; some settings have none
 * @param label what the help shows for the value
 * @param defaultValue the value when nobody gives one; some settings have none
 * @param fallbackValue the value when the flag is given without one; most flags need a value
 * @param parser from text to value
 * @param description one sentence for the help
 */
public record Setting<T>(
    Section section,
    String key,
    Optional<String> flag,
    String label,
    Optional<String> defaultValue,
    Optional<String> fallbackValue,
    Parser<T> parser,
    String description) {

  public Setting {
    Objects.requireNonNull(section, "section");
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(label, "label");
    Objects.requireNonNull(parser, "parser");
    Objects.requireNonNull(description, "description");
  }

  /** From text to a checked value. */
  public interface Parser<T> {
    /**
     * Parses and checks.
     *
     * @param name what the messages call the setting
     * @throws IllegalArgumentException if the text is no such value or out of range; what stands
     *     after the first semicolon of the message says how to mend it
     */
    T parse(String name, List<String> texts);

    /** Whether the setting takes more than one value. */
    default boolean takesSeveral() {
      return false;
    }
  }

  /** Starts the declaration of a setting by its key in the file, such as {@code select.alpha}. */
  static Builder named(String key) {
    return new Builder(key);
  }

  /** The declaration of a setting up to its parser, which decides the type of its values. */
  static final class Builder {
    private final String key;
    private Section section;
    private Optional<String> flag = Optional.empty();
    private String label;
    private Optional<String> defaultValue = Optional.empty();
    private Optional<String> fallbackValue = Optional.empty();

    private Builder(String key) {
      this.key = key;
    }

    Builder in(Section value) {
      section = value;
      return this;
    }

    Builder flag(String value) {
      flag = Optional.of(value);
      return this;
    }

    Builder label(String value) {
      label = value;
      return this;
    }

    Builder defaultsTo(String value) {
      defaultValue = Optional.of(value);
      return this;
    }

    Builder defaultsTo(long value) {
      return defaultsTo(String.valueOf(value));
    }

    /** The value when the flag is given without one. */
    Builder fallsBackTo(long value) {
      return fallsBackTo(String.valueOf(value));
    }

    Builder fallsBackTo(String value) {
      fallbackValue = Optional.of(value);
      return this;
    }

    <T> Parsed<T> parsedBy(Parser<T> parser) {
      return new Parsed<>(this, parser);
    }
  }

  /** A declaration that lacks only its description. */
  record Parsed<T>(Builder builder, Parser<T> parser) {
    Setting<T> describedAs(String description) {
      return new Setting<>(
          builder.section,
          builder.key,
          builder.flag,
          builder.label,
          builder.defaultValue,
          builder.fallbackValue,
          parser,
          description);
    }
  }

  /** The key without its sections: what the records behind the settings call it too. */
  String name() {
    return key.substring(key.lastIndexOf('.') + 1);
  }

  /** The flag if there is one, else the key: for messages. */
  public String flagOrKey() {
    return flag.orElse(key);
  }

  /**
   * The value of what was given.
   *
   * @throws ConfigException if there is none, with the origin in the message
   */
  T parse(Given given) {
    if (given.texts().size() > 1 && !parser.takesSeveral()) {
      throw new ConfigException(
          "%s takes one value, not %d (%s)"
              .formatted(name(), given.texts().size(), given.origin()));
    }
    try {
      return parser.parse(name(), given.texts());
    } catch (IllegalArgumentException e) {
      throw new ConfigException(withOrigin(e.getMessage(), given.origin()), e);
    }
  }

  private static String withOrigin(String message, String origin) {
    int remedy = message.indexOf(';');
    int at = remedy < 0 ? message.length() : remedy;
    return "%s (%s)%s".formatted(message.substring(0, at), origin, message.substring(at));
  }
}
