package io.gateau.bench;

/**
 * The time that one sample costs.
 *
 * @param seconds short pass, long pass with attention focus, and all segments in batches
 * @param publishedSeconds what the published scripts do, on this engine: two passes over the padded
 *     length with all logits, one more for the attention, and every segment alone with all logits
 */
public record ScoringCost(double seconds, double publishedSeconds) {
  public double ratio() {
    return publishedSeconds / seconds;
  }
}
