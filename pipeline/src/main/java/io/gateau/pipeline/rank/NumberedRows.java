package io.gateau.pipeline.rank;

import io.gateau.pipeline.rank.strategy.Strategies;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Adds rank and selection to the sorted rows of one partition, in their order. */
final class NumberedRows implements Iterator<Row> {
  private final Choice choice;
  private final Iterator<Row> rows;
  private long rank;

  /**
   * Rows of a partition.
   *
   * @param before how many rows stand in front of the partition
   */
  NumberedRows(long before, Choice choice, Iterator<Row> rows) {
    this.rank = before;
    this.choice = choice;
    this.rows = rows;
  }

  @Override
  public boolean hasNext() {
    return rows.hasNext();
  }

  @Override
  public Row next() {
    Row row = rows.next();
    Object[] values = new Object[row.size() + 2];
    for (int i = 0; i < row.size(); i++) {
      values[i] = row.get(i);
    }
    values[row.size()] = ++rank;
    values[row.size() + 1] = choice.selects(row);
    return RowFactory.create(values);
  }

  /** Which rows of a partition are selected; asked for each of them, in their order. */
  interface Choice {
    boolean selects(Row row);
  }

  /** Each group of rows has its budget. */
  static final class OfGroups implements Choice {
    private final Budget budget;
    private final boolean everything;
    private final BudgetGroups groups;
    private final Map<String, GroupSize> totals;
    private final Map<String, GroupSize> upTo;

    OfGroups(
        SelectConfig config,
        BudgetGroups groups,
        Map<String, GroupSize> totals,
        PartitionStart start) {
      this.budget = config.budget();
      this.everything = !Strategies.of(config.rank().strategy()).usesBudget();
      this.groups = groups;
      this.totals = totals;
      this.upTo = new HashMap<>(start.groups());
    }

    @Override
    public boolean selects(Row row) {
      String group = groups.of(row);
      GroupSize upToRow = upTo.merge(group, groups.size(row), GroupSize::plus);
      return everything || budget.includes(upToRow, totals.get(group));
    }
  }

  /** All sources share a budget, with shares that they must have or may not exceed. */
  static final class OfShares implements Choice {
    private final DividedBudget budget;
    private final BudgetGroups sources;
    private final Map<String, GroupSize> upTo;
    private long left;

    /**
     * A choice in one partition.
     *
     * @param left what is left for open rows of the partition; below 0 if nothing is
     */
    OfShares(DividedBudget budget, BudgetGroups sources, PartitionStart start, long left) {
      this.budget = budget;
      this.sources = sources;
      this.upTo = new HashMap<>(start.groups());
      this.left = left;
    }

    @Override
    public boolean selects(Row row) {
      return switch (part(row)) {
        case RESERVED -> true;
        case BARRED -> false;
        case OPEN -> {
          left -= budget.of(sources.size(row));
          yield left >= 0;
        }
      };
    }

    /** What becomes of the next row. */
    DividedBudget.Part part(Row row) {
      return budget.part(upTo.merge(sources.of(row), sources.size(row), GroupSize::plus));
    }
  }
}
