package io.gateau.math;

/**
 * Standard score over a data set: (x - mean) / standard deviation, 0 when all are equal. The mean
 * and the deviation are those of the min-max normalised values: the score is the same, and their
 * sums do not overflow. A value outside the fitted range gets the score of the end that it is
 * beyond.
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

  /** (value - mean) / deviation: negative below the mean, positive above it; NaN for NaN. */
  @Override
  public double of(double value) {
    double distance = range.of(value) - mean;
    return deviation == 0 && !Double.isNaN(distance) ? 0 : distance / deviation;
  }
}
