package io.gateau.pipeline.rank;

import io.gateau.pipeline.rank.strategy.Strategies;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Adds rank and selection to the sorted rows of one partition, in their order. */
final class NumberedRows implements Iterator<Row> {
  private final SelectConfig config;
  private final boolean everything;
  private final BudgetGroups groups;
  private final Map<String, GroupSize> totals;
  private final Map<String, GroupSize> upTo;
  private final Iterator<Row> rows;
  private long rank;

  NumberedRows(
      SelectConfig config,
      BudgetGroups groups,
      Map<String, GroupSize> totals,
      PartitionStart start,
      Iterator<Row> rows) {
    this.config = config;
    this.everything = !Strategies.of(config.rank().strategy()).usesBudget();
    this.groups = groups;
    this.totals = totals;
    this.upTo = new HashMap<>(start.groups());
    this.rows = rows;
    this.rank = start.rows();
  }

  @Override
  public boolean hasNext() {
    return rows.hasNext();
  }

  @Override
  public Row next() {
    Row row = rows.next();
    String group = groups.of(row);
    GroupSize upToRow = upTo.merge(group, groups.size(row), GroupSize::plus);
    Object[] values = new Object[row.size() + 2];
    for (int i = 0; i < row.size(); i++) {
      values[i] = row.get(i);
    }
    values[row.size()] = ++rank;
    values[row.size() + 1] = everything || config.budget().includes(upToRow, totals.get(group));
    return RowFactory.create(values);
  }
}
