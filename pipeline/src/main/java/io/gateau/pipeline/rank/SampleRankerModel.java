package io.gateau.pipeline.rank;

import static org.apache.spark.sql.functions.udf;

import io.gateau.pipeline.rank.strategy.RankConfig;
import io.gateau.pipeline.rank.strategy.Scales;
import io.gateau.pipeline.rank.strategy.Strategies;
import io.gateau.pipeline.rank.strategy.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.Option;

/**
 * Scores samples on the scales of the data set that a {@link SampleRanker} was fitted on. It adds
 * the strategy's raw terms, its terms and {@code score}; a row that is left out of the ranking has
 * no score, and {@code exclusion} says why.
 */
public final class SampleRankerModel extends Model<SampleRankerModel>
    implements RankerParams, MLWritable {
  private static final long serialVersionUID = 1;

  private final String uid;
  private final Scales scales;
  private final transient All ranking;

  SampleRankerModel(String uid, Scales scales) {
    this.uid = uid;
    this.scales = scales;
    this.ranking = All.of(this);
    ranking.setDefaults(this);
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public All ranking() {
    return ranking;
  }

  /** The fitted scales; none if there was no row to fit on or the strategy needs none. */
  public Scales scales() {
    return scales;
  }

  /**
   * Adds raw terms, terms and score. Raw terms that {@link RawTerms} has added already are used as
   * they are, and the signals may be gone.
   *
   * @throws IllegalArgumentException if a column is missing or has another type
   */
  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    RankConfig config = config();
    Strategy strategy = Strategies.of(config.strategy());
    Dataset<Row> withRawTerms = RawTerms.with(dataset.toDF(), config);
    Broadcast<Scales> sent =
        JavaSparkContext.fromSparkContext(dataset.sparkSession().sparkContext()).broadcast(scales);
    StructType added = RankSchema.terms(strategy);
    List<String> read = new ArrayList<>(strategy.rawTerms());
    read.add(ScoreColumns.EXCLUSION);
    Column terms = udf(new Score(config, sent), added).apply(RankSchema.struct(read));
    return RankSchema.withFields(withRawTerms, terms, List.of(added.fieldNames()));
  }

  /**
   * Adds {@link ScoreColumns#GREATEST_SCORE} to rows that have a part of the signals; see {@link
   * Strategy.UpperBound}.
   *
   * @param rows with the raw terms of the cheaper strategy, none of them null
   * @throws IllegalArgumentException if nothing bounds the score
   */
  public Dataset<Row> bound(Dataset<Row> rows) {
    Strategy.UpperBound bound = upperBound(config());
    Broadcast<Scales> sent =
        JavaSparkContext.fromSparkContext(rows.sparkSession().sparkContext()).broadcast(scales);
    List<String> raw = bound.cheaper().rawTerms();
    UDF1<Row, Double> greatest = row -> bound.greatest(numbers(row, raw), sent.value());
    return rows.withColumn(
        ScoreColumns.GREATEST_SCORE,
        udf(greatest, DataTypes.DoubleType).apply(RankSchema.struct(raw)));
  }

  /**
   * What bounds the scores of a ranking.
   *
   * @throws IllegalArgumentException if nothing does
   */
  public static Strategy.UpperBound upperBound(RankConfig config) {
    return Strategies.of(config.strategy())
        .upperBound(config)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the score of strategy %s with normalisation %s is not bounded before all signals are there; use strategy gateau with min-max or rank, or do not prune"
                        .formatted(config.strategy(), ParamCodes.code(config.normalisation()))));
  }

  /**
   * How the score of a row comes about, in words and numbers.
   *
   * @param row that {@link #transform} scored, or of the stored ranking, with its schema
   */
  public String explain(Row row) {
    return explained(row, config());
  }

  /**
   * Adds {@link ScoreColumns#EXPLANATION}: {@link #explain} of every row.
   *
   * @param scored what {@link #transform} returned, or the stored ranking, whose rows all have a
   *     score
   */
  public Dataset<Row> explain(Dataset<Row> scored) {
    RankConfig config = config();
    List<String> read = new ArrayList<>(ScoreColumns.of(Strategies.of(config.strategy())));
    Stream.of(ScoreColumns.EXCLUSION, ScoreColumns.EXCLUSION_DETAIL)
        .filter(column -> RankSchema.has(scored.schema(), column))
        .forEach(read::add);
    UDF1<Row, String> words = row -> explained(row, config);
    return scored.withColumn(
        ScoreColumns.EXPLANATION, udf(words, DataTypes.StringType).apply(RankSchema.struct(read)));
  }

  private static String explained(Row row, RankConfig config) {
    Strategy strategy = Strategies.of(config.strategy());
    String exclusion = textOrNull(row, ScoreColumns.EXCLUSION);
    if (exclusion != null) {
      String detail = textOrNull(row, ScoreColumns.EXCLUSION_DETAIL);
      return detail == null
          ? "no score: %s".formatted(exclusion)
          : "no score: %s, %s".formatted(exclusion, detail);
    }
    return strategy.explain(
        numbers(row, strategy.rawTerms()), numbers(row, strategy.terms()), config);
  }

  private static String textOrNull(Row row, String column) {
    return RankSchema.has(row.schema(), column) ? row.getAs(column) : null;
  }

  private static double[] numbers(Row row, List<String> columns) {
    return columns.stream().mapToDouble(column -> row.<Double>getAs(column)).toArray();
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return RankSchema.ranked(schema, Strategies.of(config().strategy()));
  }

  @Override
  public SampleRankerModel copy(ParamMap extra) {
    return copyValues(new SampleRankerModel(uid, scales), extra).setParent(parent());
  }

  @Override
  public MLWriter write() {
    return new Writer(this);
  }

  /** A reader of models. */
  public static MLReader<SampleRankerModel> read() {
    return new Reader();
  }

  /** Reads a model that {@link #save} wrote. */
  public static SampleRankerModel load(String path) {
    return read().load(path);
  }

  /** Writes MLlib's {@code metadata} with the params, and the scales beside it. */
  private static final class Writer extends MLWriter {
    private final SampleRankerModel model;

    Writer(SampleRankerModel model) {
      this.model = model;
    }

    @Override
    public void saveImpl(String path) {
      DefaultParamsWriter.saveMetadata(model, path, sparkSession());
      SavedScales.write(model.scales, sparkSession(), path);
    }
  }

  private static final class Reader extends MLReader<SampleRankerModel> {
    @Override
    public SampleRankerModel load(String path) {
      DefaultParamsReader.Metadata metadata =
          DefaultParamsReader.loadMetadata(path, sparkSession(), SampleRankerModel.class.getName());
      SampleRankerModel model =
          new SampleRankerModel(metadata.uid(), SavedScales.read(sparkSession(), path));
      metadata.getAndSetParams(model, Option.empty());
      return model;
    }
  }

  /** Terms and score of one row. */
  private static final class Score implements UDF1<Row, Row> {
    private static final long serialVersionUID = 1;

    private final RankConfig config;
    private final Broadcast<Scales> scales;

    Score(RankConfig config, Broadcast<Scales> scales) {
      this.config = config;
      this.scales = scales;
    }

    @Override
    public Row call(Row row) {
      Strategy strategy = Strategies.of(config.strategy());
      Object[] values = new Object[strategy.terms().size() + 1];
      if (row.isNullAt(row.size() - 1)) {
        double[] raw = new double[row.size() - 1];
        for (int i = 0; i < raw.length; i++) {
          raw[i] = row.getDouble(i);
        }
        double[] terms = strategy.terms(raw, scales.value());
        for (int i = 0; i < terms.length; i++) {
          values[i] = terms[i];
        }
        values[terms.length] = strategy.score(raw, terms, config);
      }
      return RowFactory.create(values);
    }
  }
}
