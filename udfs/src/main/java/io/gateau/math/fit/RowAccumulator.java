package io.gateau.math.fit;

import java.io.Serializable;

/**
 * What a pass over rows gathers. Its result must not depend on the order of rows and merges, to the
 * last bit, so that no number depends on how the rows are partitioned.
 *
 * @param <A> the accumulator itself
 */
public interface RowAccumulator<A extends RowAccumulator<A>> extends Serializable {
  /** Adds a row; the array is used again for the next one. */
  void add(double[] row);

  /** Adds everything that another accumulator of the same kind gathered. */
  void merge(A other);
}
