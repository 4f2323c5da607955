package io.gateau.model.tokenizer;

import java.util.Locale;

/** What becomes of a special token, such as {@code <|im_end|>}, that stands in a text as words. */
public enum SpecialTokens {
  /** It is read as the characters that it is written with, so that data cannot steer a model. */
  TEXT,
  /** It is the control token, as if the prompt template had put it there. */
  CONTROL;

  /** The name on the command line. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The constant with a code.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static SpecialTokens of(String code) {
    for (SpecialTokens value : values()) {
      if (value.code().equals(code)) {
        return value;
      }
    }
    throw new IllegalArgumentException(
        "special-tokens %s is not known; use text or control".formatted(code));
  }
}
