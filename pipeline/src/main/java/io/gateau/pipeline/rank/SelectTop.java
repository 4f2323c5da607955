package io.gateau.pipeline.rank;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.sum;

import io.gateau.pipeline.signals.SignalColumns;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Ordered rows in, rows with {@link ScoreColumns#RANK} and {@link ScoreColumns.SELECTED} out. Rank
 * and running token count over the whole set come from one number per partition of the sorted rows,
 * so nothing passes through a single task.
 */
public final class SelectTop {
  private static final String TOKENS_SO_FAR = "tokens_so_far";

  private final SparkSession spark;
  private final SelectConfig config;

  /** Selects as much as the budget of this config says. */
  public SelectTop(SparkSession spark, SelectConfig config) {
    this.spark = spark;
    this.config = config;
  }

  /**
   * Adds rank and selection to rows in the order of {@link RankSamples#ordered}; their columns stay
   * in front.
   */
  public Dataset<Row> from(Dataset<Row> ordered) {
    int tokens = ordered.schema().fieldIndex(SignalColumns.SEQUENCE_TOKENS);
    JavaRDD<Row> rows = ordered.javaRDD();
    List<PartitionSize> sizes = rows.mapPartitionsWithIndex(new Measure(tokens), true).collect();
    StructType schema =
        ordered
            .schema()
            .add(ScoreColumns.RANK, DataTypes.LongType, false)
            .add(TOKENS_SO_FAR, DataTypes.LongType, false);
    return spark
        .createDataFrame(
            rows.mapPartitionsWithIndex(new Numbering(tokens, before(sizes)), true), schema)
        .withColumn(
            ScoreColumns.SELECTED, selected(sizes.stream().mapToLong(PartitionSize::rows).sum()))
        .drop(TOKENS_SO_FAR);
  }

  private Column selected(long total) {
    if (config.strategy() == Strategy.ALL) {
      return lit(true);
    }
    boolean perSource = config.scope() == SelectConfig.Scope.SOURCE;
    WindowSpec source = Window.partitionBy(SignalColumns.SOURCE);
    WindowSpec running = source.orderBy(ScoreColumns.RANK);
    Column place = perSource ? row_number().over(running) : col(ScoreColumns.RANK);
    if (config.budget() instanceof Budget.Percent share) {
      Column rows = perSource ? count(lit(1)).over(source) : lit(total);
      Column wanted = rows.multiply(lit(share.percent())).divide(lit(100));
      return place.leq(floor(wanted.plus(lit(0.5))));
    } else if (config.budget() instanceof Budget.Count limit) {
      return place.leq(lit(limit.rows()));
    } else if (config.budget() instanceof Budget.Tokens budget) {
      Column soFar =
          perSource ? sum(SignalColumns.SEQUENCE_TOKENS).over(running) : col(TOKENS_SO_FAR);
      return soFar.leq(lit(budget.tokens()));
    }
    throw new IllegalStateException("no budget " + config.budget());
  }

  /** Rows and tokens in front of each partition. */
  private static List<PartitionSize> before(List<PartitionSize> sizes) {
    List<PartitionSize> before = new ArrayList<>();
    long rows = 0;
    long tokens = 0;
    for (PartitionSize size : sizes) {
      before.add(new PartitionSize(rows, tokens));
      rows += size.rows();
      tokens += size.tokens();
    }
    return before;
  }

  private record PartitionSize(long rows, long tokens) implements Serializable {}

  /** One size per partition, in the order of the partitions. */
  private record Measure(int tokensColumn)
      implements Function2<Integer, Iterator<Row>, Iterator<PartitionSize>> {
    @Override
    public Iterator<PartitionSize> call(Integer index, Iterator<Row> partition) {
      long rows = 0;
      long tokens = 0;
      while (partition.hasNext()) {
        rows++;
        tokens += partition.next().getInt(tokensColumn);
      }
      return List.of(new PartitionSize(rows, tokens)).iterator();
    }
  }

  /** Adds to each row its rank and the tokens up to and with it. */
  private record Numbering(int tokensColumn, List<PartitionSize> before)
      implements Function2<Integer, Iterator<Row>, Iterator<Row>> {
    @Override
    public Iterator<Row> call(Integer index, Iterator<Row> partition) {
      return new Iterator<>() {
        private long rank = before.get(index).rows();
        private long tokens = before.get(index).tokens();

        @Override
        public boolean hasNext() {
          return partition.hasNext();
        }

        @Override
        public Row next() {
          Row row = partition.next();
          rank++;
          tokens += row.getInt(tokensColumn);
          Object[] values = new Object[row.size() + 2];
          for (int i = 0; i < row.size(); i++) {
            values[i] = row.get(i);
          }
          values[row.size()] = rank;
          values[row.size() + 1] = tokens;
          return RowFactory.create(values);
        }
      };
    }
  }
}
