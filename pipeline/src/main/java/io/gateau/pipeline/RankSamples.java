package io.gateau.pipeline;

import static org.apache.spark.sql.functions.asc;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.desc;
import static org.apache.spark.sql.functions.exp;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.percentile;
import static org.apache.spark.sql.functions.shiftrightunsigned;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.xxhash64;

import io.gateau.math.ContextualAwareness;
import io.gateau.math.GateauScore;
import io.gateau.math.HomologousGuidance;
import io.gateau.math.MinMax;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.DataTypes;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Signals in, scores out: METHOD, scores over the data set. Normalising needs the whole data set,
 * so every step that looks at all rows is a Spark aggregate of fixed size, and none of them depends
 * on how the rows are partitioned.
 */
final class RankSamples {
  /** Beyond it the sums of the softmax would depend on the order of the rows. */
  private static final String EXACT_SUM = "decimal(38,18)";

  private final SelectConfig config;

  RankSamples(SelectConfig config) {
    this.config = config;
  }

  /** Adds {@link Columns#CAS}; null where it is no number. */
  Dataset<Row> withContextualAwareness(Dataset<Row> signals) {
    ContextualAwareness.Importance importance = config.importance();
    UDF2<scala.collection.Seq<Double>, scala.collection.Seq<Double>, Double> awareness =
        (attention, perplexity) -> {
          if (attention == null || perplexity == null) {
            return null;
          }
          double value =
              ContextualAwareness.of(doubles(attention), doubles(perplexity), importance);
          return Double.isFinite(value) ? value : null;
        };
    return signals.withColumn(
        Columns.CAS,
        udf(awareness, DataTypes.DoubleType)
            .apply(col(Columns.SEGMENT_ATTENTION), col(Columns.SEGMENT_PPL)));
  }

  /**
   * Adds {@link Columns#HMP} and {@link Columns#SCORE} to rows that all have their signals and CAS.
   */
  Dataset<Row> withScores(Dataset<Row> rows) {
    List<MinMax> ranges =
        ranges(rows, config.winsorise(), List.of(Columns.SHORT_PPL, Columns.LONG_PPL));
    if (ranges.isEmpty()) {
      return rows.withColumn(Columns.HMP, lit(null).cast(DataTypes.DoubleType))
          .withColumn(Columns.SCORE, lit(null).cast(DataTypes.DoubleType));
    }
    HomologousGuidance guidance = new HomologousGuidance(ranges.get(0), ranges.get(1));
    UDF2<Double, Double, Double> difference = guidance::of;
    Dataset<Row> guided =
        rows.withColumn(
            Columns.HMP,
            udf(difference, DataTypes.DoubleType)
                .apply(col(Columns.SHORT_PPL), col(Columns.LONG_PPL)));
    return guided.withColumn(Columns.SCORE, score(guided));
  }

  /**
   * The one order: score descending, then id ascending, so that a rank never depends on partitions.
   */
  static Dataset<Row> ordered(Dataset<Row> scored) {
    return scored.orderBy(desc(Columns.SCORE), asc(Columns.ID));
  }

  private Column score(Dataset<Row> guided) {
    return switch (config.strategy()) {
      case GATEAU -> gateau(guided);
      case HMG -> col(Columns.HMP);
      case CAM -> col(Columns.CAS);
      case PERPLEXITY -> col(Columns.LONG_PPL);
      case RANDOM -> // 53 bits of the hash: a double in [0, 1).
          shiftrightunsigned(xxhash64(col(Columns.ID), lit(config.seed())), 11)
              .multiply(lit(Math.scalb(1.0, -53)));
      case ALL -> lit(0.0);
    };
  }

  private Column gateau(Dataset<Row> guided) {
    GateauScore weights = new GateauScore(config.alpha());
    UDF2<Double, Double, Double> weighted = weights::of;
    Column guidance;
    Column awareness;
    switch (config.normalisation()) {
      case GATEAU -> {
        List<MinMax> ranges = ranges(guided, 0, List.of(Columns.HMP, Columns.CAS));
        guidance = normalised(Columns.HMP, ranges.get(0));
        awareness = normalised(Columns.CAS, ranges.get(1));
      }
      case GATEAU_SCRIPTS -> {
        guidance = softmax(guided, Columns.HMP);
        awareness = col(Columns.CAS);
      }
      default -> throw new IllegalStateException("no normalisation " + config.normalisation());
    }
    return udf(weighted, DataTypes.DoubleType).apply(guidance, awareness);
  }

  private static Column normalised(String column, MinMax range) {
    UDF1<Double, Double> place = range::of;
    return udf(place, DataTypes.DoubleType).apply(col(column));
  }

  private static Column softmax(Dataset<Row> rows, String column) {
    double largest = rows.agg(max(column)).first().getDouble(0);
    Column weight = exp(col(column).minus(lit(largest)));
    double total =
        rows.agg(sum(weight.cast(EXACT_SUM)).cast(DataTypes.DoubleType)).first().getDouble(0);
    return weight.divide(lit(total));
  }

  /**
   * Smallest and largest value of each column, or the quantiles {@code clip} and 1 - {@code clip},
   * in one pass; nothing when there are no rows.
   */
  private static List<MinMax> ranges(Dataset<Row> rows, double clip, List<String> columns) {
    List<Column> ends = new ArrayList<>();
    for (String column : columns) {
      ends.add(clip == 0 ? min(column) : percentile(col(column), lit(clip)));
      ends.add(clip == 0 ? max(column) : percentile(col(column), lit(1 - clip)));
    }
    Row row = rows.agg(ends.get(0), ends.subList(1, ends.size()).toArray(new Column[0])).first();
    List<MinMax> ranges = new ArrayList<>();
    for (int i = 0; i < row.size() && !row.isNullAt(i); i += 2) {
      ranges.add(new MinMax(row.getDouble(i), row.getDouble(i + 1)));
    }
    return ranges;
  }

  private static double[] doubles(scala.collection.Seq<Double> values) {
    return CollectionConverters.asJava(values).stream().mapToDouble(Double::doubleValue).toArray();
  }
}
