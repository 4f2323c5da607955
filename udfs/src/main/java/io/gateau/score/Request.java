package io.gateau.score;

import io.gateau.model.decoder.AttentionHeads;
import io.gateau.model.decoder.MemoryPlanner.GroupShape;

/**
 * One sequence that a model is asked to score. The request carries the place of its own result:
 * after {@link BatchScheduler#score} it is complete, unless its sample ran out of memory. For one
 * thread.
 */
final class Request {
  private final OutOfMemoryFlag outOfMemory;
  private final int[] sequence;
  private final int responseTokens;
  private final AttentionHeads attentionHeads;
  private double[] negativeLogLikelihood;
  private double[] attention;

  /**
   * A request that is not scored yet.
   *
   * @param outOfMemory the flag that all requests of one sample share
   * @param sequence token ids
   * @param responseTokens how many of the last tokens are scored
   * @param attentionHeads the layers and heads whose attention is collected
   */
  Request(
      OutOfMemoryFlag outOfMemory,
      int[] sequence,
      int responseTokens,
      AttentionHeads attentionHeads) {
    this.outOfMemory = outOfMemory;
    this.sequence = sequence;
    this.responseTokens = responseTokens;
    this.attentionHeads = attentionHeads;
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

  int tokens() {
    return sequence.length;
  }

  /** Whether both can stand in one sequence group: segments of one sample that have one length. */
  boolean sharesGroupWith(Request other) {
    return outOfMemory == other.outOfMemory
        && tokens() == other.tokens()
        && responseTokens == other.responseTokens
        && attentionHeads.isNone()
        && other.attentionHeads.isNone();
  }

  /** The shape of a group of {@code count} such sequences. */
  GroupShape groupShape(int count) {
    return new GroupShape(count, tokens(), responseTokens);
  }

  /** Stores the result. */
  void complete(double[] negativeLogLikelihood, double[] attention) {
    this.negativeLogLikelihood = negativeLogLikelihood;
    this.attention = attention;
  }

  /**
   * Negative log-likelihood (nats) of each response token.
   *
   * @throws IllegalStateException if the request is not complete
   */
  double[] negativeLogLikelihood() {
    requireComplete();
    return negativeLogLikelihood;
  }

  /**
   * The attention that each position of the sequence receives from the response; empty where none
   * was asked for.
   *
   * @throws IllegalStateException if the request is not complete
   */
  double[] attention() {
    requireComplete();
    return attention;
  }

  private void requireComplete() {
    if (negativeLogLikelihood == null) {
      throw new IllegalStateException("the request has no result yet");
    }
  }
}
