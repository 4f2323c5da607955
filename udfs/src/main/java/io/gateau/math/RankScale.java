package io.gateau.math;

import java.util.Arrays;

/**
 * Share of rank over a data set: {@link Ranks#share} of a value among its rows. The scale is a list
 * of ranges, ascending and apart. A range of one value gives the exact share. Within a wider one
 * the share rises linearly from that of its first row to that of its last; so the error is at most
 * the difference of the two.
 *
 * <p>A value between two ranges, which no row of the data set has, gets the share half-way between
 * those of its neighbours in the order of rows. Below all ranges it is 0, above them 1.
 *
 * @param from smallest value of each range, finite
 * @param to largest value of each range, finite
 * @param below rows with values smaller than {@code from}, for each range
 * @param rows of the data set, 1 or more
 */
public record RankScale(double[] from, double[] to, long[] below, long rows) implements Scale {
  public RankScale {
    if (from.length == 0 || from.length != to.length || from.length != below.length || rows < 1) {
      throw new IllegalArgumentException(
          "%d starts, %d ends and %d counts of ranges over %d rows; each needs one for each range"
              .formatted(from.length, to.length, below.length, rows));
    }
  }

  /** The share of rank, in [0, 1]; 0.5 if there is one row; NaN for NaN. */
  @Override
  public double of(double value) {
    if (Double.isNaN(value)) {
      return Double.NaN;
    }
    int range = lastFromUpTo(value);
    if (range < 0) {
      return share(-0.5);
    }
    long first = below[range];
    long next = range + 1 < below.length ? below[range + 1] : rows;
    if (value > to[range]) {
      return share(next - 0.5);
    }
    if (from[range] == to[range]) {
      return Ranks.share(first, next - first, rows);
    }
    return share(first + (next - 1 - first) * new MinMax(from[range], to[range]).of(value));
  }

  /** The share of a place among the rows, counted from 0. */
  private double share(double place) {
    return rows == 1 ? 0.5 : Math.max(0, Math.min(1, place / (rows - 1)));
  }

  private int lastFromUpTo(double value) {
    // The search tells -0 from 0; the sum with 0 is never -0.
    int at = Arrays.binarySearch(from, value + 0.0);
    return at >= 0 ? at : -at - 2;
  }
}
