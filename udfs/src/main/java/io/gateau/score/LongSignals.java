package io.gateau.score;

import java.util.Arrays;

/**
 * What the long model says of a sample of k segments.
 *
 * @param perplexity of the response given the whole context
 * @param segmentPerplexity (k), of the response given each segment alone
 * @param segmentAttention (k), mean weight that each segment's tokens receive from the response
 */
public record LongSignals(
    double perplexity, double[] segmentPerplexity, double[] segmentAttention) {
  /** Whether no number is NaN or infinite. */
  public boolean isFinite() {
    return Double.isFinite(perplexity)
        && Arrays.stream(segmentPerplexity).allMatch(Double::isFinite)
        && Arrays.stream(segmentAttention).allMatch(Double::isFinite);
  }
}
