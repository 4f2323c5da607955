package io.gateau.math.fit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A histogram that looks into some ranges of a value: each is divided into cells of equal width,
 * and each cell gathers its number of rows and its smallest and largest value.
 */
final class RangeCounts implements RowAccumulator<RangeCounts> {
  private final RowValue value;
  private final long[] first;
  private final long[] last;
  private final int cells;
  // Of every cell of every range; null until there is a row, so that an empty histogram is small.
  private long[] rows;
  private long[] smallest;
  private long[] largest;

  /**
   * A histogram without rows.
   *
   * @param ranges to look into, ascending and apart
   * @param cells that each is divided into, 2 or more
   */
  RangeCounts(RowValue value, List<ValueRange> ranges, int cells) {
    this.value = value;
    this.first = ranges.stream().mapToLong(ValueRange::first).toArray();
    this.last = ranges.stream().mapToLong(ValueRange::last).toArray();
    this.cells = cells;
  }

  @Override
  public void add(double[] row) {
    long bits = SortableBits.of(value.of(row));
    int at = Arrays.binarySearch(first, bits);
    int range = at >= 0 ? at : -at - 2;
    if (range < 0 || bits > last[range]) {
      return;
    }
    allocate();
    int cell = range * cells + (int) ((bits - first[range]) >>> shift(range));
    rows[cell]++;
    smallest[cell] = Math.min(smallest[cell], bits);
    largest[cell] = Math.max(largest[cell], bits);
  }

  /** Bits that all values of a cell share but for the lowest; differences are unsigned. */
  private int shift(int range) {
    int width = Long.SIZE - Long.numberOfLeadingZeros(last[range] - first[range]);
    return Math.max(0, width - (Integer.SIZE - 1 - Integer.numberOfLeadingZeros(cells)));
  }

  private void allocate() {
    if (rows == null) {
      rows = new long[first.length * cells];
      smallest = new long[rows.length];
      largest = new long[rows.length];
      Arrays.fill(smallest, Long.MAX_VALUE);
      Arrays.fill(largest, Long.MIN_VALUE);
    }
  }

  @Override
  public void merge(RangeCounts other) {
    if (other.rows == null) {
      return;
    }
    allocate();
    for (int i = 0; i < rows.length; i++) {
      rows[i] += other.rows[i];
      smallest[i] = Math.min(smallest[i], other.smallest[i]);
      largest[i] = Math.max(largest[i], other.largest[i]);
    }
  }

  /** The cells of a range that have rows, ascending, each as narrow as its values. */
  List<ValueRange> cellsOf(int range) {
    List<ValueRange> filled = new ArrayList<>();
    for (int i = range * cells; i < (range + 1) * cells; i++) {
      if (rows[i] > 0) {
        filled.add(new ValueRange(smallest[i], largest[i], rows[i]));
      }
    }
    return filled;
  }
}
