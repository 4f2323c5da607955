package io.gateau.pipeline.read.record;

import java.util.Locale;

/** Why a record is rejected; the code stands in the column {@link RecordColumns#REASON}. */
public enum RejectionReason {
  /** The record is not one JSON value: cut off, a stray comma, a duplicate key, text after it. */
  BROKEN_JSON,
  /**
   * The compressed file ends early or fails its checksum; the row says where. Only of {@link
   * ReadConfig#allowDamaged}.
   */
  BROKEN_ARCHIVE,
  /** The record is longer than {@code max-line-bytes}. */
  LINE_TOO_LONG,
  /** The record is not UTF-8, or a text in it holds half of a surrogate pair. */
  INVALID_UTF8,
  /** A field that the record's shape needs is missing or null. */
  MISSING_FIELD,
  /** A field holds another type than its shape asks for. */
  WRONG_TYPE,
  /** A turn of a chat has a role or speaker that is not known. */
  UNKNOWN_ROLE,
  /** The chat has no assistant turn, so there is no response. */
  NO_ASSISTANT_TURN,
  /** The turn before the response is not a user turn, so there is no instruction. */
  NO_USER_TURN,
  /** The context is empty. */
  NO_CONTEXT,
  /** The instruction is empty or white space. */
  EMPTY_INSTRUCTION,
  /** The response is empty or white space, or has no tokens. */
  EMPTY_RESPONSE,
  /** An earlier good sample has the same id. */
  DUPLICATE_ID,
  /** Instruction and response alone exceed max-tokens. */
  TOO_LONG,
  /** The context has too few segments for contextual awareness to be defined. */
  TOO_SHORT,
  /** A token of the sample has no embedding in the models. */
  NO_EMBEDDING,
  /** A signal is NaN or infinite. */
  NON_FINITE,
  /** The strategy leaves the sample out, though its signals are there; the detail says why. */
  EXCLUDED,
  /** A sample that ranks higher says nearly the same; the detail names it. */
  NEAR_DUPLICATE,
  /** The sample shares a long run of words with an evaluation set; the detail names both. */
  CONTAMINATED,
  /**
   * Its score is bounded below the lowest that is selected, so that its segments were not scored;
   * the detail has the bound.
   */
  PRUNED,
  /** No signal was computed for the sample. */
  NOT_SCORED,
  /** The device's memory does not hold one of the sample's sequences, even alone. */
  OUT_OF_MEMORY,
  /** The tokenizer or the engine threw an error for the sample; the detail holds it. */
  FAILED,
  /** The process ended more than once while it scored the sample alone. */
  CRASHED,
  /** The sample took longer than {@code sample-seconds}. */
  TIMED_OUT;

  /** The kebab-case code, as stored: {@code broken-json}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The constant of a stored code.
   *
   * @throws IllegalArgumentException if no reason has this code
   */
  public static RejectionReason of(String code) {
    for (RejectionReason reason : values()) {
      if (reason.code().equals(code)) {
        return reason;
      }
    }
    throw new IllegalArgumentException("'%s' is no rejection reason".formatted(code));
  }
}
