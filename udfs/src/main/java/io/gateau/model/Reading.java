package io.gateau.model;

import java.util.Optional;

/**
 * Sequences of one length of which the same is asked.
 *
 * @param sequences (B, T) token ids
 * @param responseTokens how many of the last tokens of each are scored
 * @param focus over which layers and heads the attention of the response is wanted too, if at all
 */
record Reading(int[][] sequences, int responseTokens, Optional<AttentionFocus> focus) {
  Reading {
    if (sequences.length == 0) {
      throw new IllegalArgumentException("there is no sequence to read");
    }
    for (int[] sequence : sequences) {
      if (sequence.length != sequences[0].length) {
        throw new IllegalArgumentException(
            "the sequences differ in length: " + sequences[0].length + " and " + sequence.length);
      }
    }
    if (responseTokens >= sequences[0].length) {
      throw impossible(responseTokens, sequences[0].length);
    }
  }

  /**
   * The same.
   *
   * @throws IllegalArgumentException if nothing is scored
   */
  Reading requireResponse() {
    if (responseTokens < 1) {
      throw impossible(responseTokens, length());
    }
    return this;
  }

  private static IllegalArgumentException impossible(int responseTokens, int length) {
    return new IllegalArgumentException(
        responseTokens
            + " response tokens in a sequence of "
            + length
            + "; at least one must precede them");
  }

  /** What its memory is planned by. */
  MemoryPlanner.Shape shape() {
    return new MemoryPlanner.Shape(count(), length(), responseTokens);
  }

  int count() {
    return sequences.length;
  }

  int length() {
    return sequences[0].length;
  }

  /**
   * The last rows of each sequence, which no layer may leave out: from that which predicts the
   * first token of the response to that of its last, whose attention counts.
   */
  int rowsKept() {
    return responseTokens + 1;
  }

  int tokens() {
    return count() * length();
  }
}
