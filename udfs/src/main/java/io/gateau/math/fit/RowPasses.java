package io.gateau.math.fit;

/**
 * Rows of finite numbers that may be too many for one machine, so they are only read in passes. A
 * pass may run on many machines at once.
 */
@FunctionalInterface
public interface RowPasses {
  /**
   * Reads all rows.
   *
   * @param empty an accumulator without rows; the pass takes it over
   * @return an accumulator with every row added once
   */
  <A extends RowAccumulator<A>> A pass(A empty);
}
