package io.gateau.math.fit;

import io.gateau.math.MinMax;
import java.util.Optional;

/** How many rows there are, and the smallest and the largest value. */
final class Extent implements RowAccumulator<Extent> {
  private final RowValue value;
  private long rows;
  private long first = Long.MAX_VALUE;
  private long last = Long.MIN_VALUE;

  Extent(RowValue value) {
    this.value = value;
  }

  @Override
  public void add(double[] row) {
    long bits = SortableBits.of(value.of(row));
    rows++;
    first = Math.min(first, bits);
    last = Math.max(last, bits);
  }

  @Override
  public void merge(Extent other) {
    rows += other.rows;
    first = Math.min(first, other.first);
    last = Math.max(last, other.last);
  }

  /** Empty if there are no rows. */
  Optional<ValueRange> range() {
    return rows == 0 ? Optional.empty() : Optional.of(new ValueRange(first, last, rows));
  }

  /** Empty if there are no rows. */
  Optional<MinMax> minMax() {
    return range()
        .map(all -> new MinMax(SortableBits.value(all.first()), SortableBits.value(all.last())));
  }
}
