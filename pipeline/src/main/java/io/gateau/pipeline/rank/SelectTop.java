package io.gateau.pipeline.rank;

import static org.apache.spark.sql.functions.asc;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.desc;

import io.gateau.pipeline.signals.SignalColumns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
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
    List<Map<String, GroupSize>> sizes = sizes(sorted);
    Map<String, GroupSize> totals = new HashMap<>();
    sizes.forEach(part -> GroupSize.add(part, totals));
    return numbered(sorted, totals, starts(sizes));
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

  /** Adds rank and selection to sorted rows. */
  private Dataset<Row> numbered(
      Dataset<Row> sorted, Map<String, GroupSize> totals, List<PartitionStart> starts) {
    StructType schema =
        sorted
            .schema()
            .add(ScoreColumns.RANK, DataTypes.LongType, false)
            .add(ScoreColumns.SELECTED, DataTypes.BooleanType, false);
    SelectConfig select = config;
    BudgetGroups groups = BudgetGroups.of(sorted.schema(), config.scope());
    Broadcast<Map<String, GroupSize>> totalsSent = broadcast(totals);
    Broadcast<List<PartitionStart>> startsSent = broadcast(starts);
    JavaRDD<Row> numbered =
        sorted
            .javaRDD()
            .mapPartitionsWithIndex(
                (index, rows) ->
                    new NumberedRows(
                        select, groups, totalsSent.value(), startsSent.value().get(index), rows),
                true);
    return spark.createDataFrame(numbered, schema);
  }

  private <T> Broadcast<T> broadcast(T value) {
    return JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(value);
  }

  /** Sizes of the groups in every partition, in the order of the partitions. */
  private List<Map<String, GroupSize>> sizes(Dataset<Row> rows) {
    BudgetGroups groups = BudgetGroups.of(rows.schema(), config.scope());
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
