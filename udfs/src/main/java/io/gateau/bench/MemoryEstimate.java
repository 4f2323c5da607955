package io.gateau.bench;

/**
 * The memory that one forward pass over one sequence needs, in bytes.
 *
 * @param tokens length of the sequence
 * @param weights of the whole model
 * @param activations at the peak
 * @param stage the step of the forward pass at which the peak is
 */
public record MemoryEstimate(int tokens, long weights, long activations, String stage) {
  /** Activations at the peak, for each token of the sequence. */
  public long activationsPerToken() {
    return activations / tokens;
  }
}
