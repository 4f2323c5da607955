package io.gateau.model;

import java.util.Optional;

/**
 * Sequences of one length that a decoder reads together.
 *
 * @param sequences (B, T) token ids
 * @param responseTokens how many of the last tokens of each are scored
 * @param focus over which layers and heads the attention of the response is wanted too, if at all
 */
record Reading(int[][] sequences, int responseTokens, Optional<AttentionFocus> focus) {
  Reading {
    if (sequences.length == 0) {
      throw new IllegalArgumentException("a batch needs a sequence");
    }
    for (int[] sequence : sequences) {
      if (sequence.length != sequences[0].length) {
        throw new IllegalArgumentException(
            "the sequences of a batch differ in length: "
                + sequences[0].length
                + " and "
                + sequence.length);
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

  int count() {
    return sequences.length;
  }

  int length() {
    return sequences[0].length;
  }

  int tokens() {
    return count() * length();
  }

  @Override
  public String toString() {
    return count() + " x " + length() + " tokens";
  }
}
