package io.gateau.math;

import java.util.Arrays;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/**
 * Percentile bootstrap: how much a measure varies over data sets like this one. Source: Efron,
 * Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.
 *
 * @param resamples how many data sets are drawn, 1 or more
 * @param level share of their measures that lies within the interval, in (0, 1)
 * @param seed of the draws
 */
public record Bootstrap(int resamples, double level, long seed) {
  public Bootstrap {
    if (resamples < 1 || !(level > 0 && level < 1)) {
      throw new IllegalArgumentException(
          "%d resamples at level %s; give 1 or more, and a level between 0 and 1"
              .formatted(resamples, level));
    }
  }

  /**
   * The values that a measure lies between.
   *
   * @param low lower end, NaN if the measure was defined on no resample
   * @param high upper end, NaN if the measure was defined on no resample
   */
  public record Interval(double low, double high) {}

  /**
   * The interval of a measure.
   *
   * @param rows of the data set, 1 or more
   * @param measure of a data set given as row numbers, each as often as it was drawn, ascending;
   *     resamples on which it is NaN do not count
   */
  public Interval of(int rows, ToDoubleFunction<int[]> measure) {
    Random random = new Random(seed);
    double[] measures = new double[resamples];
    for (int i = 0; i < resamples; i++) {
      int[] drawn = random.ints(rows, 0, rows).toArray();
      Arrays.sort(drawn);
      measures[i] = measure.applyAsDouble(drawn);
    }
    double[] defined =
        Arrays.stream(measures).filter(value -> !Double.isNaN(value)).sorted().toArray();
    return new Interval(quantile(defined, (1 - level) / 2), quantile(defined, (1 + level) / 2));
  }

  /** The quantile, interpolated between neighbours. */
  private static double quantile(double[] sorted, double share) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    double position = share * (sorted.length - 1);
    int below = (int) Math.floor(position);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
