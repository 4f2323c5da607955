package io.gateau.math.fit;

/**
 * Neighbours in the order of a data set's values.
 *
 * @param first {@link SortableBits} of the smallest value
 * @param last {@link SortableBits} of the largest value
 * @param rows that have these values, 1 or more
 */
record ValueRange(long first, long last, long rows) {
  /** Whether all its rows have the same value. */
  boolean isOneValue() {
    return first == last;
  }

  /** This range and the next one as one. */
  ValueRange with(ValueRange next) {
    return new ValueRange(first, next.last, rows + next.rows);
  }
}
