package io.gateau.pipeline.rank;

import io.gateau.math.fit.RowAccumulator;
import java.io.Serializable;

/**
 * Some rows of numbers in one array, one row behind the other.
 *
 * @param width numbers of a row, 1 or more
 * @param numbers of all rows
 */
record TermBlock(int width, double[] numbers) implements Serializable {
  int rows() {
    return numbers.length / width;
  }

  /** Adds every row. */
  void addTo(RowAccumulator<?> accumulator) {
    double[] row = new double[width];
    for (int from = 0; from < numbers.length; from += width) {
      System.arraycopy(numbers, from, row, 0, width);
      accumulator.add(row);
    }
  }
}
