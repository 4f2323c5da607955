package io.gateau.score;

import io.gateau.model.decoder.AttentionHeads;
import io.gateau.model.decoder.Measure;
import io.gateau.model.decoder.MemoryPlanner.GroupShape;
import java.util.EnumSet;
import java.util.Set;

/**
 * One sequence that a model is asked to score. The request carries the place of its own result:
 * after {@link BatchScheduler#score} it is complete, unless its sample ran out of memory. For one
 * thread.
 */
final class Request {
  private final OutOfMemoryFlag outOfMemory;
  private final int[] sequence;
  private final int responseTokens;
  private AttentionHeads attentionHeads = AttentionHeads.NONE;
  private final Set<Measure> measures = EnumSet.noneOf(Measure.class);
  private SequenceOutput output;

  /**
   * A request that is not scored yet.
   *
   * @param outOfMemory the flag that all requests of one sample share
   * @param sequence token ids
   * @param responseTokens how many of the last tokens are scored
   */
  Request(OutOfMemoryFlag outOfMemory, int[] sequence, int responseTokens) {
    this.outOfMemory = outOfMemory;
    this.sequence = sequence;
    this.responseTokens = responseTokens;
  }

  /**
   * Asks for the attention of layers and heads.
   *
   * @throws IllegalStateException if that of others was asked for before
   */
  void collect(AttentionHeads heads) {
    if (!heads.isNone()) {
      if (!attentionHeads.isNone() && !attentionHeads.equals(heads)) {
        throw new IllegalStateException(
            "two signals ask one pass for the attention of %s and of %s"
                .formatted(attentionHeads, heads));
      }
      attentionHeads = heads;
    }
  }

  /** Asks for measures, beside those that were asked for before. */
  void measure(Set<Measure> more) {
    measures.addAll(more);
  }

  OutOfMemoryFlag outOfMemory() {
    return outOfMemory;
  }

  int[] sequence() {
    return sequence;
  }

  int responseTokens() {
    return responseTokens;
  }

  AttentionHeads attentionHeads() {
    return attentionHeads;
  }

  Set<Measure> measures() {
    return measures;
  }

  int tokens() {
    return sequence.length;
  }

  /** Whether both can stand in one sequence group: segments of one sample that have one length. */
  boolean sharesGroupWith(Request other) {
    return outOfMemory == other.outOfMemory
        && tokens() == other.tokens()
        && responseTokens == other.responseTokens
        && collectsNothing()
        && other.collectsNothing();
  }

  private boolean collectsNothing() {
    return attentionHeads.isNone() && measures.isEmpty();
  }

  /** Whether nothing but the first layer is computed for it. */
  boolean isFirstLayerOnly() {
    return measures.contains(Measure.FIRST_LAYER_ATTENTION);
  }

  /** The shape of a group of {@code count} such sequences. */
  GroupShape groupShape(int count) {
    return new GroupShape(count, tokens(), responseTokens, measures);
  }

  /** Stores the result. */
  void complete(SequenceOutput result) {
    output = result;
  }

  /**
   * The result.
   *
   * @throws IllegalStateException if the request is not complete
   */
  SequenceOutput output() {
    if (output == null) {
      throw new IllegalStateException("the request has no result yet");
    }
    return output;
  }
}
