package io.gateau.math;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Ranks from the smallest value up, from 1; equal values share the mean of their ranks. */
public final class Ranks {
  private Ranks() {}

  /**
   * A value's rank as a share of the largest one: 0 for a single smallest value, 1 for a single
   * largest one.
   *
   * @param below number of values that are smaller
   * @param equal number of values that are equal, the value itself included
   * @param all number of values
   * @return in [0, 1]; 0.5 when all are equal
   */
  public static double share(long below, long equal, long all) {
    if (below < 0 || equal < 1 || below + equal > all) {
      throw new IllegalArgumentException(
          "%d values below and %d equal ones do not make a rank among %d"
              .formatted(below, equal, all));
    }
    return all == 1 ? 0.5 : (below + (equal - 1) / 2.0) / (all - 1);
  }

  /**
   * The rank of every value, in the order of the values.
   *
   * @throws IllegalArgumentException if one is NaN
   */
  public static double[] of(double[] values) {
    int[] order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> values[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    if (Arrays.stream(values).anyMatch(Double::isNaN)) {
      throw new IllegalArgumentException("NaN has no rank");
    }
    double[] ranks = new double[values.length];
    for (int from = 0, to; from < order.length; from = to) {
      to = from + 1;
      // Not by comparator: 0 and -0 are equal.
      while (to < order.length && values[order[to]] == values[order[from]]) {
        to++;
      }
      for (int i = from; i < to; i++) {
        ranks[order[i]] = (from + 1 + to) / 2.0;
      }
    }
    return ranks;
  }
}
