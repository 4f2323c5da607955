package io.gateau.math.fit;

/** The sum of a value over the rows, and their number. */
final class RowSum implements RowAccumulator<RowSum> {
  private final RowValue value;
  private final ExactSum sum = new ExactSum();
  private long rows;

  RowSum(RowValue value) {
    this.value = value;
  }

  @Override
  public void add(double[] row) {
    sum.add(value.of(row));
    rows++;
  }

  @Override
  public void merge(RowSum other) {
    sum.add(other.sum);
    rows += other.rows;
  }

  double sum() {
    return sum.rounded();
  }

  /** NaN without rows. */
  double mean() {
    return sum() / rows;
  }
}
