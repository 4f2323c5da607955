package io.gateau.pipeline.rank;

import io.gateau.pipeline.rank.SelectConfig.Scope;
import io.gateau.pipeline.signals.SignalColumns;
import java.io.Serializable;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Which rows share a budget.
 *
 * @param source index of the column that names the group; negative if all rows are one
 * @param tokens index of the column with the tokens of a row
 */
record BudgetGroups(int source, int tokens) implements Serializable {
  static BudgetGroups of(StructType schema, Scope scope) {
    return new BudgetGroups(
        scope == Scope.SOURCE ? schema.fieldIndex(SignalColumns.SOURCE) : -1,
        schema.fieldIndex(SignalColumns.SEQUENCE_TOKENS));
  }

  /** Null for rows without a source, and for all rows if they share one budget. */
  String of(Row row) {
    return source < 0 ? null : row.getString(source);
  }

  GroupSize size(Row row) {
    return new GroupSize(1, row.getInt(tokens));
  }
}
