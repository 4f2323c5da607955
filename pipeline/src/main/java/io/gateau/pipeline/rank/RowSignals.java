package io.gateau.pipeline.rank;

import io.gateau.pipeline.rank.strategy.SampleSignals;
import io.gateau.pipeline.rank.strategy.SignalInput;
import io.gateau.pipeline.signals.SignalColumns;
import java.util.List;
import org.apache.spark.sql.Row;

/** The signals in a row of a data set. */
record RowSignals(Row row) implements SampleSignals {
  @Override
  public String id() {
    return row.getAs(SignalColumns.ID);
  }

  @Override
  public double number(SignalInput input) {
    return row.getDouble(row.fieldIndex(input.column()));
  }

  @Override
  public double[] numbers(SignalInput input) {
    List<Number> values = row.getList(row.fieldIndex(input.column()));
    return values.stream()
        .mapToDouble(value -> value == null ? Double.NaN : value.doubleValue())
        .toArray();
  }
}
