package io.gateau.pipeline.rank;

import io.gateau.math.LengthBucket;
import io.gateau.pipeline.rank.SelectConfig.Scope;
import io.gateau.pipeline.signals.SignalColumns;
import java.io.Serializable;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Which rows share a budget.
 *
 * @param scope what names the group
 * @param source index of the column with the source
 * @param tokens index of the column with the tokens of a row
 */
record BudgetGroups(Scope scope, int source, int tokens) implements Serializable {
  static BudgetGroups of(StructType schema, Scope scope) {
    return new BudgetGroups(
        scope,
        scope == Scope.SOURCE ? schema.fieldIndex(SignalColumns.SOURCE) : -1,
        schema.fieldIndex(SignalColumns.SEQUENCE_TOKENS));
  }

  /** Null for rows without a source, and for all rows if they share one budget. */
  String of(Row row) {
    return switch (scope) {
      case ALL -> null;
      case SOURCE -> row.getString(source);
      case LENGTH -> String.valueOf(LengthBucket.of(row.getInt(tokens)));
    };
  }

  GroupSize size(Row row) {
    return new GroupSize(1, row.getInt(tokens));
  }
}
