package io.gateau.math;

/**
 * Standard score over a data set: (x - mean) / deviation, 0 when all are equal. Mean and deviation
 * are those of the values' places in their range, which gives the same score and sums that neither
 * overflow nor depend on order when they are taken in decimals.
 *
 * @param range of the data set
 * @param mean of {@link MinMax#of} over the data set, in [0, 1]
 * @param deviation root of the mean squared distance from that mean, in [0, 1]
 */
public record ZScore(MinMax range, double mean, double deviation) implements Scale {
  public ZScore {
    if (range == null || !(mean >= 0 && mean <= 1) || !(deviation >= 0 && deviation <= 1)) {
      throw new IllegalArgumentException(
          "mean %s and deviation %s; both are of places in a range, from 0 to 1"
              .formatted(mean, deviation));
    }
  }

  /** Negative below the mean, positive above it. */
  @Override
  public double of(double value) {
    double distance = range.of(value) - mean;
    return deviation == 0 && !Double.isNaN(distance) ? 0 : distance / deviation;
  }
}
