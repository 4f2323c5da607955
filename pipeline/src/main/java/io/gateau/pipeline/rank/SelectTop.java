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
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.Tuple2;

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

  /** Into so many parts at least are more rows divided. */
  private static final int PARTS_OF_ONE_TASK = 4;

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
    ScoreRanges ranges =
        rows <= rowsOfOneTask ? ScoreRanges.ONE : ScoreRanges.of(ranked, rows, parts(rows));
    List<Map<String, GroupSize>> sizes = sizes(ranked, ranges);
    Map<String, GroupSize> totals = new HashMap<>();
    sizes.forEach(part -> GroupSize.add(part, totals));
    List<NumberedRows.Start> starts = starts(sizes);
    Dataset<Row> sorted = ranges.divide(ranked).sortWithinPartitions(order(scored));
    BudgetGroups groups = BudgetGroups.of(sorted.schema(), scope());
    if (divided()) {
      return divided(sorted, groups, totals, starts);
    }
    Dataset<Row> numbered = numbered(sorted, groups, totals, starts);
    return config.budget() instanceof Budget.FilledTokens budget
        ? new TokenFill(budget.tokens(), groups).of(numbered)
        : numbered;
  }

  private Scope scope() {
    return divided() ? Scope.SOURCE : config.scope();
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

  /** As many as Spark would make; fewer of them where each had few rows, more for many millions. */
  private int parts(long rows) {
    long usual = Long.parseLong(spark.conf().get("spark.sql.shuffle.partitions"));
    long filled = rows / Math.max(1, rowsOfOneTask / PARTS_OF_ONE_TASK) + 1;
    return Math.toIntExact(Math.max(Math.min(usual, filled), rows / ROWS_OF_ONE_PART));
  }

  /** Adds rank and selection to sorted rows, by a budget for each group. */
  private Dataset<Row> numbered(
      Dataset<Row> sorted,
      BudgetGroups groups,
      Map<String, GroupSize> totals,
      List<NumberedRows.Start> starts) {
    SelectConfig select = config;
    Broadcast<Map<String, GroupSize>> totalsSent = broadcast(totals);
    Broadcast<List<NumberedRows.Start>> startsSent = broadcast(starts);
    return numbered(
        sorted,
        startsSent,
        (start, index) -> new NumberedRows.OfGroups(select, groups, totalsSent.value(), start));
  }

  /** Adds rank and selection to sorted rows, by one budget that sources share. */
  private Dataset<Row> divided(
      Dataset<Row> sorted,
      BudgetGroups sources,
      Map<String, GroupSize> totals,
      List<NumberedRows.Start> starts) {
    DividedBudget budget = DividedBudget.of(config.budget(), config.shares(), totals);
    Broadcast<List<NumberedRows.Start>> startsSent = broadcast(starts);
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
        startsSent,
        (start, index) ->
            new NumberedRows.OfShares(budget, sources, start, leftSent.value().get(index)));
  }

  /** Adds rank and selection to sorted rows, by a choice for each partition. */
  private Dataset<Row> numbered(
      Dataset<Row> sorted,
      Broadcast<List<NumberedRows.Start>> starts,
      Function2<NumberedRows.Start, Integer, NumberedRows.Choice> choice) {
    Function2<Integer, Iterator<Row>, Iterator<Row>> ofPartition =
        (index, rows) -> {
          NumberedRows.Start start = starts.value().get(index);
          return new NumberedRows(start.rows(), choice.call(start, index), rows);
        };
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

  /** Sizes of the groups in every range, in the order of the ranges. */
  private List<Map<String, GroupSize>> sizes(Dataset<Row> ranked, ScoreRanges ranges) {
    List<Column> columns = new ArrayList<>(List.of(ranges.index(ranked)));
    columns.add(col(SignalColumns.SEQUENCE_TOKENS));
    if (scope() == Scope.SOURCE) {
      columns.add(col(SignalColumns.SOURCE));
    }
    Dataset<Row> narrow = ranked.select(columns.toArray(Column[]::new));
    BudgetGroups groups = BudgetGroups.of(narrow.schema(), scope());
    List<Map<String, GroupSize>> sizes = new ArrayList<>();
    for (int i = 0; i < ranges.count(); i++) {
      sizes.add(new HashMap<>());
    }
    JavaPairRDD<Tuple2<Integer, String>, GroupSize> ofTasks =
        narrow.javaRDD().mapPartitionsToPair(rows -> sizes(rows, groups));
    (ranges.count() == 1 ? ofTasks : ofTasks.reduceByKey(GroupSize::plus))
        .collect()
        .forEach(
            size -> sizes.get(size._1()._1()).merge(size._1()._2(), size._2(), GroupSize::plus));
    return sizes;
  }

  /** Of rows of one task, by range and group. */
  private static Iterator<Tuple2<Tuple2<Integer, String>, GroupSize>> sizes(
      Iterator<Row> rows, BudgetGroups groups) {
    Map<Tuple2<Integer, String>, GroupSize> sizes = new HashMap<>();
    while (rows.hasNext()) {
      Row row = rows.next();
      sizes.merge(new Tuple2<>(row.getInt(0), groups.of(row)), groups.size(row), GroupSize::plus);
    }
    return sizes.entrySet().stream()
        .map(size -> new Tuple2<>(size.getKey(), size.getValue()))
        .iterator();
  }

  private static List<NumberedRows.Start> starts(List<Map<String, GroupSize>> sizes) {
    List<NumberedRows.Start> starts = new ArrayList<>();
    Map<String, GroupSize> before = new HashMap<>();
    long rows = 0;
    for (Map<String, GroupSize> partition : sizes) {
      Map<String, GroupSize> here = new HashMap<>(before);
      here.keySet().retainAll(partition.keySet());
      starts.add(new NumberedRows.Start(rows, here));
      GroupSize.add(partition, before);
      rows += GroupSize.rows(partition);
    }
    return starts;
  }
}
