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
  MEAN_HIDDEN_STATE
}
