package io.gateau.pipeline.rank;

import static org.apache.spark.sql.functions.asc;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.desc;
import static org.apache.spark.sql.functions.exp;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.log;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.shiftrightunsigned;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.xxhash64;

import io.gateau.math.ContextualAwareness;
import io.gateau.math.GateauScore;
import io.gateau.math.HomologousGuidance;
import io.gateau.math.MinMax;
import io.gateau.math.Scale;
import io.gateau.pipeline.signals.SignalColumns;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.DataTypes;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Signals in, scores out: docs/method.md, "Scores". Normalising needs the whole data set, so every
 * step that looks at all rows is a Spark aggregate of fixed size, and none of them depends on how
 * the rows are partitioned.
 */
public final class RankSamples {
  private static final String SHORT_DIFFICULTY = "short_difficulty";
  private static final String LONG_DIFFICULTY = "long_difficulty";

  /** N(HMP) of Eq. 6. */
  public static final String GUIDANCE = "normalised_guidance";

  /** N(CAS) of Eq. 6. */
  public static final String AWARENESS = "normalised_awareness";

  private final SelectConfig config;

  /** Ranks as this config says; its budget is not used here. */
  public RankSamples(SelectConfig config) {
    this.config = config;
  }

  /** Adds {@link ScoreColumns#CAS}; null where it is no number. */
  public Dataset<Row> withContextualAwareness(Dataset<Row> signals) {
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
        ScoreColumns.CAS,
        udf(awareness, DataTypes.DoubleType)
            .apply(col(SignalColumns.SEGMENT_ATTENTION), col(SignalColumns.SEGMENT_PPL)));
  }

  /**
   * Adds {@link ScoreColumns#HMP} and {@link ScoreColumns.SCORE} to rows that all have their
   * signals and CAS.
   */
  public Dataset<Row> withScores(Dataset<Row> rows) {
    if (config.strategy() != Strategy.GATEAU) {
      return withGuidance(rows).withColumn(ScoreColumns.SCORE, score());
    }
    GateauScore weights = new GateauScore(config.alpha());
    UDF2<Double, Double, Double> weighted = weights::of;
    return withTerms(rows)
        .withColumn(
            ScoreColumns.SCORE,
            udf(weighted, DataTypes.DoubleType).apply(col(GUIDANCE), col(AWARENESS)))
        .drop(GUIDANCE, AWARENESS);
  }

  /**
   * Adds {@link ScoreColumns#HMP}, and what alpha weighs: {@link #GUIDANCE} and {@link #AWARENESS},
   * null only where there are no rows.
   */
  public Dataset<Row> withTerms(Dataset<Row> rows) {
    Dataset<Row> terms =
        withGuidance(rows)
            .withColumn(GUIDANCE, col(ScoreColumns.HMP))
            .withColumn(AWARENESS, col(ScoreColumns.CAS));
    return rows.isEmpty() ? terms : normalised(terms);
  }

  private Dataset<Row> withGuidance(Dataset<Row> rows) {
    Dataset<Row> difficulties =
        rows.withColumn(SHORT_DIFFICULTY, difficulty(SignalColumns.SHORT_PPL))
            .withColumn(LONG_DIFFICULTY, difficulty(SignalColumns.LONG_PPL));
    Scaled models = scaled(difficulties, config.winsorise(), SHORT_DIFFICULTY, LONG_DIFFICULTY);
    if (models.scales().isEmpty()) {
      return rows.withColumn(ScoreColumns.HMP, lit(null).cast(DataTypes.DoubleType));
    }
    HomologousGuidance guidance =
        new HomologousGuidance(models.scales().get(0), models.scales().get(1));
    UDF2<Double, Double, Double> difference = guidance::of;
    return models
        .rows()
        .withColumn(
            ScoreColumns.HMP,
            udf(difference, DataTypes.DoubleType)
                .apply(col(SHORT_DIFFICULTY), col(LONG_DIFFICULTY)))
        .drop(SHORT_DIFFICULTY, LONG_DIFFICULTY);
  }

  private Column difficulty(String perplexity) {
    return config.difficulty() == SelectConfig.Difficulty.NLL
        ? log(col(perplexity))
        : col(perplexity);
  }

  /** Rows with two columns and the scale of each; for ranks, the columns hold shares of rank. */
  private record Scaled(Dataset<Row> rows, List<Scale> scales) {}

  private Scaled scaled(Dataset<Row> rows, double clip, String one, String two) {
    List<String> columns = List.of(one, two);
    List<MinMax> ranges = NormaliseColumns.ranges(rows, clip, columns);
    return switch (config.normalisation()) {
      case MIN_MAX, GATEAU_SCRIPTS -> new Scaled(rows, List.copyOf(ranges));
      case Z_SCORE -> new Scaled(rows, NormaliseColumns.zScores(rows, ranges, columns));
      case RANK ->
          new Scaled(
              NormaliseColumns.ranked(NormaliseColumns.ranked(rows, one), two),
              ranges.stream().map(range -> NormaliseColumns.ofRanks()).toList());
    };
  }

  /**
   * The one order: score descending, then id ascending, so that a rank never depends on partitions.
   */
  public static Dataset<Row> ordered(Dataset<Row> scored) {
    return scored.orderBy(desc(ScoreColumns.SCORE), asc(SignalColumns.ID));
  }

  private Column score() {
    return switch (config.strategy()) {
      case HMG -> col(ScoreColumns.HMP);
      case CAM -> col(ScoreColumns.CAS);
      case PERPLEXITY -> col(SignalColumns.LONG_PPL);
      case RANDOM -> // 53 bits of the hash: a double in [0, 1).
          shiftrightunsigned(xxhash64(col(SignalColumns.ID), lit(config.seed())), 11)
              .multiply(lit(Math.scalb(1.0, -53)));
      case ALL -> lit(0.0);
      case GATEAU -> throw new IllegalStateException("a weighted sum is no column of its own");
    };
  }

  /** Replaces {@link #GUIDANCE} and {@link #AWARENESS} by N of them in Eq. 6. */
  private Dataset<Row> normalised(Dataset<Row> terms) {
    if (config.normalisation() == SelectConfig.Normalisation.GATEAU_SCRIPTS) {
      return terms.withColumn(GUIDANCE, softmax(terms, GUIDANCE));
    }
    Scaled scaled = scaled(terms, 0, GUIDANCE, AWARENESS);
    return scaled
        .rows()
        .withColumn(GUIDANCE, NormaliseColumns.on(scaled.scales().get(0), GUIDANCE))
        .withColumn(AWARENESS, NormaliseColumns.on(scaled.scales().get(1), AWARENESS));
  }

  private static Column softmax(Dataset<Row> rows, String column) {
    double largest = rows.agg(max(column)).first().getDouble(0);
    Column weight = exp(col(column).minus(lit(largest)));
    double total =
        rows.agg(sum(weight.cast(NormaliseColumns.EXACT_SUM)).cast(DataTypes.DoubleType))
            .first()
            .getDouble(0);
    return weight.divide(lit(total));
  }

  private static double[] doubles(scala.collection.Seq<Double> values) {
    return CollectionConverters.asJava(values).stream().mapToDouble(Double::doubleValue).toArray();
  }
}
