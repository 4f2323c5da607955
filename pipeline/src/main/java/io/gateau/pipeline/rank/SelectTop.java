package io.gateau.pipeline.rank;

import static org.apache.spark.sql.functions.asc;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.desc;

import io.gateau.pipeline.rank.SelectConfig.Scope;
import io.gateau.pipeline.rank.strategy.Strategies;
import io.gateau.pipeline.signals.SignalColumns;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Scored rows in; the same rows in the order of their ranks, with {@link ScoreColumns#RANK} and
 * {@link ScoreColumns#SELECTED}, out. Places and token counts within a budget follow from the sizes
 * of the partitions of the sorted rows, so the rows of one budget need not pass through one task.
 * With a budget for each source, the driver holds one size for each source in each partition.
 */
public final class SelectTop {
  /** The one order, so that a rank never depends on partitions. */
  private static final Column[] ORDER = {desc(ScoreColumns.SCORE), asc(SignalColumns.ID)};

  /** The order where the best of each cluster go first. */
  private static final Column[] LEADERS_FIRST = {
    desc(ScoreColumns.LEADER), desc(ScoreColumns.SCORE), asc(SignalColumns.ID)
  };

  /** Up to so many rows are sorted by one task, which needs no shuffle. */
  private static final long ROWS_OF_ONE_TASK = 100_000;

  private static final long ROWS_OF_ONE_PART = 250_000;

  private final SparkSession spark;
  private final SelectConfig config;
  private final long rowsOfOneTask;

  /** Selects as much as the budget of this config says. */
  public SelectTop(SparkSession spark, SelectConfig config) {
    this(spark, config, ROWS_OF_ONE_TASK);
  }

  SelectTop(SparkSession spark, SelectConfig config, long rowsOfOneTask) {
    this.spark = spark;
    this.config = config;
    this.rowsOfOneTask = rowsOfOneTask;
  }

  /**
   * Sorts rows by score, descending, then by id, ascending, and adds rank and selection. Rows with
   * {@link ScoreColumns#LEADER} go first, where there is such a column. Rows without a score are
   * left out.
   *
   * @param scored rows, which are read more than once and are best cached
   * @param rows how many there are; few are sorted by one task, without a shuffle
   */
  public Dataset<Row> from(Dataset<Row> scored, long rows) {
    Dataset<Row> ranked = scored.filter(col(ScoreColumns.SCORE).isNotNull());
    Column[] order = order(scored);
    Dataset<Row> sorted =
        (rows <= rowsOfOneTask ? ranked.coalesce(1) : ranked.repartitionByRange(parts(rows), order))
            .sortWithinPartitions(order);
    BudgetGroups groups =
        BudgetGroups.of(sorted.schema(), divided() ? Scope.SOURCE : config.scope());
    List<Map<String, GroupSize>> sizes = sizes(sorted, groups);
    Map<String, GroupSize> totals = new HashMap<>();
    sizes.forEach(part -> GroupSize.add(part, totals));
    List<PartitionStart> starts = starts(sizes);
    if (divided()) {
      return divided(sorted, groups, totals, starts);
    }
    Dataset<Row> numbered = numbered(sorted, groups, totals, starts);
    return config.budget() instanceof Budget.FilledTokens budget
        ? new TokenFill(budget.tokens(), groups).of(numbered)
        : numbered;
  }

  private boolean divided() {
    return !config.shares().equals(SourceShares.ANY)
        && Strategies.of(config.rank().strategy()).usesBudget();
  }

  /** Rows that have a score in the order of their ranks. */
  public static Dataset<Row> ordered(Dataset<Row> scored) {
    return scored.filter(col(ScoreColumns.SCORE).isNotNull()).orderBy(order(scored));
  }

  private static Column[] order(Dataset<Row> scored) {
    return RankSchema.has(scored.schema(), ScoreColumns.LEADER) ? LEADERS_FIRST : ORDER;
  }

  /** As many as Spark would make, and more of them for millions of rows. */
  private int parts(long rows) {
    int usual = Integer.parseInt(spark.conf().get("spark.sql.shuffle.partitions"));
    return Math.max(usual, Math.toIntExact(rows / ROWS_OF_ONE_PART));
  }

  /** Adds rank and selection to sorted rows, by a budget for each group. */
  private Dataset<Row> numbered(
      Dataset<Row> sorted,
      BudgetGroups groups,
      Map<String, GroupSize> totals,
      List<PartitionStart> starts) {
    SelectConfig select = config;
    Broadcast<Map<String, GroupSize>> totalsSent = broadcast(totals);
    Broadcast<List<PartitionStart>> startsSent = broadcast(starts);
    return numbered(
        sorted,
        (index, rows) -> {
          PartitionStart start = startsSent.value().get(index);
          return new NumberedRows(
              start.rows(),
              new NumberedRows.OfGroups(select, groups, totalsSent.value(), start),
              rows);
        });
  }

  /** Adds rank and selection to sorted rows, by one budget that sources share. */
  private Dataset<Row> divided(
      Dataset<Row> sorted,
      BudgetGroups sources,
      Map<String, GroupSize> totals,
      List<PartitionStart> starts) {
    DividedBudget budget = DividedBudget.of(config.budget(), config.shares(), totals);
    Broadcast<List<PartitionStart>> startsSent = broadcast(starts);
    List<Map<DividedBudget.Part, Long>> parts =
        sorted
            .javaRDD()
            .mapPartitionsWithIndex(
                (index, rows) -> {
                  NumberedRows.OfShares choice =
                      new NumberedRows.OfShares(budget, sources, startsSent.value().get(index), 0);
                  Map<DividedBudget.Part, Long> sums = new EnumMap<>(DividedBudget.Part.class);
                  while (rows.hasNext()) {
                    Row row = rows.next();
                    sums.merge(choice.part(row), budget.of(sources.size(row)), Long::sum);
                  }
                  return List.of(sums).iterator();
                },
                true)
            .collect();
    long left =
        budget.amount()
            - parts.stream()
                .mapToLong(part -> part.getOrDefault(DividedBudget.Part.RESERVED, 0L))
                .sum();
    List<Long> leftAtStart = new ArrayList<>();
    for (Map<DividedBudget.Part, Long> part : parts) {
      leftAtStart.add(left);
      left -= part.getOrDefault(DividedBudget.Part.OPEN, 0L);
    }
    Broadcast<List<Long>> leftSent = broadcast(leftAtStart);
    return numbered(
        sorted,
        (index, rows) -> {
          PartitionStart start = startsSent.value().get(index);
          return new NumberedRows(
              start.rows(),
              new NumberedRows.OfShares(budget, sources, start, leftSent.value().get(index)),
              rows);
        });
  }

  private Dataset<Row> numbered(
      Dataset<Row> sorted, Function2<Integer, Iterator<Row>, Iterator<Row>> ofPartition) {
    StructType schema =
        sorted
            .schema()
            .add(ScoreColumns.RANK, DataTypes.LongType, false)
            .add(ScoreColumns.SELECTED, DataTypes.BooleanType, false);
    return spark.createDataFrame(
        sorted.javaRDD().mapPartitionsWithIndex(ofPartition, true), schema);
  }

  private <T> Broadcast<T> broadcast(T value) {
    return JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(value);
  }

  /** Sizes of the groups in every partition, in the order of the partitions. */
  private static List<Map<String, GroupSize>> sizes(Dataset<Row> rows, BudgetGroups groups) {
    return rows.javaRDD()
        .mapPartitions(
            partition -> {
              Map<String, GroupSize> sizes = new HashMap<>();
              while (partition.hasNext()) {
                Row row = partition.next();
                sizes.merge(groups.of(row), groups.size(row), GroupSize::plus);
              }
              return List.of(sizes).iterator();
            })
        .collect();
  }

  private static List<PartitionStart> starts(List<Map<String, GroupSize>> sizes) {
    List<PartitionStart> starts = new ArrayList<>();
    Map<String, GroupSize> before = new HashMap<>();
    long rows = 0;
    for (Map<String, GroupSize> partition : sizes) {
      Map<String, GroupSize> here = new HashMap<>(before);
      here.keySet().retainAll(partition.keySet());
      starts.add(new PartitionStart(rows, here));
      GroupSize.add(partition, before);
      rows += GroupSize.rows(partition);
    }
    return starts;
  }
}
