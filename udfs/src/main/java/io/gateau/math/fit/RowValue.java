package io.gateau.math.fit;

import java.io.Serializable;

/** A number that follows from the numbers of one row. */
@FunctionalInterface
public interface RowValue extends Serializable {
  /** The value, finite; the array is used again for the next row. */
  double of(double[] row);

  /** The number at an index of the row. */
  static RowValue at(int index) {
    return row -> row[index];
  }
}
