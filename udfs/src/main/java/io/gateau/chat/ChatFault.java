package io.gateau.chat;

import java.util.Locale;
import java.util.Objects;

/**
 * Why a chat or a text is no sample.
 *
 * @param reason for programs
 * @param detail a sentence that helps to mend it
 */
public record ChatFault(Reason reason, String detail) {

  /** What is wrong. */
  public enum Reason {
    /** A text holds half of a surrogate pair. */
    INVALID_UTF8,
    /** A turn lacks its role or its text. */
    MISSING_FIELD,
    /** A value is no array, no object or no string where one must be. */
    WRONG_TYPE,
    /** A role or speaker is not known. */
    UNKNOWN_ROLE,
    /** There is no assistant turn, so there is no response. */
    NO_ASSISTANT_TURN,
    /** The turn before the response is not a user turn, so there is no instruction. */
    NO_USER_TURN,
    /** The context is empty. */
    NO_CONTEXT,
    /** The instruction is empty or white space. */
    EMPTY_INSTRUCTION,
    /** The response is empty or white space. */
    EMPTY_RESPONSE;

    /** The kebab-case code: {@code wrong-type}. */
    public String code() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Checks that both are there. */
  public ChatFault {
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(detail, "detail");
  }
}
