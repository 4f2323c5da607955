package io.gateau.math.fit;

import io.gateau.math.RankScale;
import java.util.ArrayList;
import java.util.List;

/**
 * The ranges of a {@link RankScale}. While a value has at most {@link #EXACT_VALUES} different
 * values, each is a range of its own, and shares of rank are exact. Beyond, a range of several
 * values holds at most the share {@link #ERROR} of the rows.
 */
final class RankRanges implements ValueRanges.Question {
  /** Different values for which the scale is exact. */
  static final int EXACT_VALUES = 100_001;

  /** The largest error of a share of rank beyond. */
  static final double ERROR = 1e-5;

  /** 6 MB for each value. */
  private static final int CELLS = 1 << 18;

  private final long rows;

  /** The question for a data set of so many rows, 1 or more. */
  RankRanges(long rows) {
    this.rows = rows;
  }

  @Override
  public int cells() {
    return CELLS;
  }

  @Override
  public boolean divides(ValueRange range, long below, int ranges) {
    return ranges <= EXACT_VALUES || isTooWide(range);
  }

  /** Whether the shares of its first and its last row differ by more than the error. */
  private boolean isTooWide(ValueRange range) {
    return range.rows() - 1 > ERROR * (rows - 1);
  }

  /** The scale of a value whose ranges were divided. */
  RankScale scale(List<ValueRange> divided) {
    List<ValueRange> merged = divided.size() <= EXACT_VALUES ? divided : merged(divided);
    double[] from = new double[merged.size()];
    double[] to = new double[merged.size()];
    long[] below = new long[merged.size()];
    long sum = 0;
    for (int i = 0; i < merged.size(); i++) {
      from[i] = SortableBits.value(merged.get(i).first());
      to[i] = SortableBits.value(merged.get(i).last());
      below[i] = sum;
      sum += merged.get(i).rows();
    }
    return new RankScale(from, to, below, rows);
  }

  /** Neighbours together as long as the error allows: at most 2 / {@link #ERROR} ranges. */
  private List<ValueRange> merged(List<ValueRange> divided) {
    List<ValueRange> merged = new ArrayList<>();
    ValueRange current = divided.get(0);
    for (ValueRange next : divided.subList(1, divided.size())) {
      if (isTooWide(current.with(next))) {
        merged.add(current);
        current = next;
      } else {
        current = current.with(next);
      }
    }
    merged.add(current);
    return merged;
  }
}
