package io.gateau.model.decoder;

import java.util.Arrays;
import java.util.Set;

/**
 * Sequences of one length of which a forward pass computes the same outputs.
 *
 * @param sequences (B, T) token ids
 * @param responseTokens how many of the last tokens of each sequence are scored
 * @param attention the layers and heads whose attention from the response is collected
 * @param measures what else is measured, of a group of one sequence only
 */
public record SequenceGroup(
    int[][] sequences, int responseTokens, AttentionHeads attention, Set<Measure> measures) {
  public SequenceGroup {
    measures = Set.copyOf(measures);
    if (sequences.length == 0) {
      throw new IllegalArgumentException("a sequence group needs a sequence");
    }
    int length = sequences[0].length;
    for (int[] sequence : sequences) {
      if (sequence.length != length) {
        throw new IllegalArgumentException(
            "the sequences of a group differ in length: %d and %d tokens"
                .formatted(length, sequence.length));
      }
    }
    if (responseTokens >= length) {
      throw nothingPrecedes(responseTokens, length);
    }
    if (attention == null) {
      throw new IllegalArgumentException("the attention heads are missing; use NONE");
    }
    if (!measures.isEmpty() && sequences.length > 1) {
      throw new IllegalArgumentException(
          "%s is measured of one sequence at a time; the group has %d"
              .formatted(measures, sequences.length));
    }
    if (measures.contains(Measure.FIRST_LAYER_ATTENTION)
        && (responseTokens > 0 || !attention.isNone() || measures.size() > 1)) {
      throw new IllegalArgumentException(
          "a group of which the first layer is measured computes no other layer;"
              + " put what else is asked for into another group");
    }
  }

  /** A group of which nothing else is measured. */
  public SequenceGroup(int[][] sequences, int responseTokens, AttentionHeads attention) {
    this(sequences, responseTokens, attention, Set.of());
  }

  /** A group of one sequence without attention. */
  public static SequenceGroup of(int[] sequence, int responseTokens) {
    return new SequenceGroup(new int[][] {sequence}, responseTokens, AttentionHeads.NONE);
  }

  /** Where the spans begin whose attention is measured; none if none is. */
  long[] spanStarts() {
    return measures.contains(Measure.SPAN_ATTENTION)
        ? Arrays.stream(SpanAttention.starts(length())).asLongStream().toArray()
        : new long[0];
  }

  /** How many tokens a query stands behind its key at the least to be far from it: T / 4. */
  int farDistance() {
    return (length() + 3) / 4;
  }

  /** Whether nothing but the first layer is computed of this group. */
  boolean isFirstLayerOnly() {
    return measures.contains(Measure.FIRST_LAYER_ATTENTION);
  }

  /**
   * Returns this group if it scores at least one token, or only its first layer is measured.
   *
   * @throws IllegalArgumentException if it does not
   */
  SequenceGroup requireOutput() {
    return isFirstLayerOnly() ? this : requireResponse();
  }

  /**
   * Returns this group if it scores at least one token.
   *
   * @throws IllegalArgumentException if it does not
   */
  SequenceGroup requireResponse() {
    if (responseTokens < 1) {
      throw nothingPrecedes(responseTokens, length());
    }
    return this;
  }

  private static IllegalArgumentException nothingPrecedes(int responseTokens, int length) {
    return new IllegalArgumentException(
        "%d response tokens in a sequence of %d; at least one token must precede the response"
            .formatted(responseTokens, length));
  }

  /** Number of sequences, B. */
  public int count() {
    return sequences.length;
  }

  /** Tokens of each sequence, T. */
  public int length() {
    return sequences[0].length;
  }

  /**
   * Rows at the end of each sequence that the last layer computes: from the row that predicts the
   * first response token to the row of the last response token, whose attention counts; all rows
   * where their mean is measured.
   */
  int outputRows() {
    return measures.contains(Measure.MEAN_HIDDEN_STATE) ? length() : responseTokens + 1;
  }

  /** Tokens of all sequences, B times T. */
  public int tokens() {
    return count() * length();
  }
}
