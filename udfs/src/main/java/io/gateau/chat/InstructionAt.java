package io.gateau.chat;

import java.util.Locale;

/** Which paragraph of the last user turn is the instruction (docs/method.md, "A sample"). */
public enum InstructionAt {
  /** The paragraph after the last blank line; the usual place. */
  LAST,
  /** The paragraph before the first blank line. */
  FIRST;

  /** The value in configuration files and flags: {@code last} or {@code first}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The constant of a configuration value.
   *
   * @throws IllegalArgumentException if the value is neither {@code last} nor {@code first}
   */
  public static InstructionAt of(String code) {
    for (InstructionAt at : values()) {
      if (at.code().equals(code)) {
        return at;
      }
    }
    throw new IllegalArgumentException(
        "instruction: '%s' is no paragraph; use last (the usual setting) or first".formatted(code));
  }
}
