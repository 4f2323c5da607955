package io.gateau.model.decoder;

/**
 * What a forward pass measures of a sequence of T tokens on request, beside its losses and the
 * attention of its response. A pass that is asked for nothing computes nothing of it.
 */
public enum Measure {
  /**
   * (D): the mean over all positions of the last hidden layer, after the final norm. The last layer
   * then computes every position, not those alone that predict the response.
   */
  MEAN_HIDDEN_STATE,
  /**
   * (2 H): of each query head of the first layer, the sum of the attention weights of all pairs
   * whose query stands at least T / 4 tokens (rounded up) behind its key, then of each head the sum
   * of their squares. Sequences of which it is measured are not scored, and no more is computed of
   * them.
   */
  FIRST_LAYER_ATTENTION,
  /**
   * The attention between the spans of {@link SpanAttention}, layer by layer; within a layer, for
   * each span that asks, what each span before it gets, the nearest first. It is the sum over the
   * rows of the one span and the keys of the other, and the mean over the heads. The softmax is
   * over the keys before the span that asks.
   */
  SPAN_ATTENTION
}
