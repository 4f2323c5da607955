package io.gateau.math.fit;

import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * Exact quantiles of a value: those of Spark's function {@code percentile}. The quantile at share p
 * of n rows is the value at place p * (n - 1) of the sorted ones, interpolated between neighbours.
 */
final class Quantiles implements ValueRanges.Question {
  /** Two or three rounds for 10 million rows; 400 kB for each value. */
  private static final int CELLS = 1 << 14;

  private final double[] shares;
  private final long rows;
  private final TreeSet<Long> places = new TreeSet<>();

  /**
   * The question for some quantiles.
   *
   * @param shares each in [0, 1]
   * @param rows of the data set, 1 or more
   */
  Quantiles(double[] shares, long rows) {
    this.shares = shares.clone();
    this.rows = rows;
    for (double share : shares) {
      places.add((long) Math.floor(position(share)));
      places.add((long) Math.ceil(position(share)));
    }
  }

  private double position(double share) {
    return (rows - 1) * share;
  }

  @Override
  public int cells() {
    return CELLS;
  }

  /** If a wanted place is neither the first of the range nor the last, whose values are known. */
  @Override
  public boolean divides(ValueRange range, long below, int ranges) {
    Long inside = places.higher(below);
    return inside != null && inside < below + range.rows() - 1;
  }

  /** The quantiles, in the order of the shares. */
  double[] of(List<ValueRange> divided) {
    return Arrays.stream(shares)
        .map(
            share -> {
              double position = position(share);
              double lower = valueAt((long) Math.floor(position), divided);
              double upper = valueAt((long) Math.ceil(position), divided);
              return lower == upper
                  ? lower
                  : (Math.ceil(position) - position) * lower
                      + (position - Math.floor(position)) * upper;
            })
        .toArray();
  }

  private static double valueAt(long place, List<ValueRange> divided) {
    long below = 0;
    for (ValueRange range : divided) {
      if (place < below + range.rows()) {
        return SortableBits.value(place == below ? range.first() : range.last());
      }
      below += range.rows();
    }
    throw new IllegalStateException("no value at place %d of %d".formatted(place, below));
  }
}
