package io.gateau.math.fit;

import java.util.List;

/** Several accumulators that share one pass. */
record AccumulatorList<A extends RowAccumulator<A>>(List<A> all)
    implements RowAccumulator<AccumulatorList<A>> {
  @Override
  public void add(double[] row) {
    for (A one : all) {
      one.add(row);
    }
  }

  @Override
  public void merge(AccumulatorList<A> other) {
    for (int i = 0; i < all.size(); i++) {
      all.get(i).merge(other.all.get(i));
    }
  }
}
