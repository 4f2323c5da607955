package io.gateau.model.decoder;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.LongStream;

/**
 * A packed (variable-length) batch: the tokens of all sequences stand one behind the other, without
 * padding. Linear layers see N tokens; attention sees each sequence group on its own. Every
 * sequence keeps the rotary embedding of its own length (docs/decisions/005-packed-batches.md).
 *
 * <p>Legend: N tokens of all sequences; M output rows, the rows that the last layer computes; L
 * response tokens of all sequences.
 */
public record PackedBatch(List<SequenceGroup> groups) {
  public PackedBatch {
    groups = List.copyOf(groups);
    if (groups.isEmpty()) {
      throw new IllegalArgumentException("a batch needs a sequence group");
    }
    if (groups.stream().map(SequenceGroup::isFirstLayerOnly).distinct().count() > 1) {
      throw new IllegalArgumentException(
          "all layers compute some groups of this batch, and only the first layer others;"
              + " put these into a batch of their own");
    }
  }

  /** A batch of one group. */
  public static PackedBatch of(SequenceGroup group) {
    return new PackedBatch(List.of(group));
  }

  /** Whether nothing but the first layer is computed of this batch. */
  boolean isFirstLayerOnly() {
    return groups.get(0).isFirstLayerOnly();
  }

  /** Number of sequences of all groups. */
  int sequences() {
    return groups.stream().mapToInt(SequenceGroup::count).sum();
  }

  /** Number of tokens of all groups, N. */
  public int tokens() {
    return groups.stream().mapToInt(SequenceGroup::tokens).sum();
  }

  /** Token ids, (N). */
  long[] tokenIds() {
    return lastTokenIds(SequenceGroup::length);
  }

  /** Token ids of the responses, (L): what is predicted. */
  long[] targetIds() {
    return lastTokenIds(SequenceGroup::responseTokens);
  }

  /** Indices of the output rows among all tokens, (M). */
  long[] outputRowIndices() {
    LongStream.Builder indices = LongStream.builder();
    long start = 0;
    for (SequenceGroup group : groups) {
      for (int i = 0; i < group.count(); i++) {
        long end = start + group.length();
        LongStream.range(end - group.outputRows(), end).forEach(indices);
        start = end;
      }
    }
    return indices.build().toArray();
  }

  /**
   * Indices of the rows whose logits are computed among the output rows, (L): those that predict a
   * response token. The last output row of a sequence predicts what follows the response.
   */
  long[] logitsIndices() {
    LongStream.Builder indices = LongStream.builder();
    long start = 0;
    for (SequenceGroup group : groups) {
      for (int i = 0; i < group.count(); i++) {
        long last = start + group.outputRows() - 1;
        LongStream.range(last - group.responseTokens(), last).forEach(indices);
        start = last + 1;
      }
    }
    return indices.build().toArray();
  }

  /** Ids of the last {@code count} tokens of each sequence. */
  private long[] lastTokenIds(ToIntFunction<SequenceGroup> count) {
    LongStream.Builder ids = LongStream.builder();
    for (SequenceGroup group : groups) {
      for (int[] sequence : group.sequences()) {
        int first = sequence.length - count.applyAsInt(group);
        Arrays.stream(sequence, first, sequence.length).forEach(ids::add);
      }
    }
    return ids.build().toArray();
  }
}
