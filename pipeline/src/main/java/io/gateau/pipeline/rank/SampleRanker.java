package io.gateau.pipeline.rank;

import io.gateau.pipeline.rank.strategy.RankConfig;
import io.gateau.pipeline.rank.strategy.Scales;
import io.gateau.pipeline.rank.strategy.Strategies;
import io.gateau.pipeline.rank.strategy.Strategy;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Fits the scales of a {@link Strategy} on the signals of a data set: an MLlib estimator, for use
 * alone or in a {@link org.apache.spark.ml.Pipeline}. Its params are those of {@link RankConfig},
 * with the same defaults.
 *
 * <p>A data set needs the column {@code id}, the strategy's signals (docs/method.md, "Strategies"),
 * and may have a {@code status}, in which case rows with another one than {@code ok} are left out.
 *
 * <pre>{@code
 * SampleRankerModel monday = new SampleRanker().setStrategy("gateau").fit(mondaysSignals);
 * Dataset<Row> scored = monday.transform(tuesdaysSignals);
 * }</pre>
 */
public final class SampleRanker extends Estimator<SampleRankerModel>
    implements RankerParams, DefaultParamsWritable {
  private static final long serialVersionUID = 1;

  private final String uid;
  private final transient All ranking;

  /** An estimator with default params. */
  public SampleRanker() {
    this(Identifiable.randomUID("sampleRanker"));
  }

  /** An estimator with default params and a name of its own, which MLlib's readers need. */
  public SampleRanker(String uid) {
    this.uid = uid;
    this.ranking = All.of(this);
    ranking.setDefaults(this);
  }

  /** An estimator with the values of a config. */
  public static SampleRanker of(RankConfig config) {
    return new SampleRanker()
        .setStrategy(config.strategy())
        .setAlpha(config.alpha())
        .setImportance(ParamCodes.code(config.importance()))
        .setDifficulty(ParamCodes.code(config.difficulty()))
        .setNormalisation(ParamCodes.code(config.normalisation()))
        .setWinsorise(config.winsorise())
        .setMergeSegments(config.mergeSegments())
        .setSeed(config.seed());
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public All ranking() {
    return ranking;
  }

  /** Code of a strategy. */
  public SampleRanker setStrategy(String code) {
    set(strategy(), code);
    return this;
  }

  /** Weight of homologous guidance, in [0, 1]. */
  public SampleRanker setAlpha(double value) {
    set(alpha(), value);
    return this;
  }

  /** Importance of a segment in CAS: {@code perplexity} or {@code inverse}. */
  public SampleRanker setImportance(String code) {
    set(importance(), code);
    return this;
  }

  /** What HMP compares: {@code nll} or {@code perplexity}. */
  public SampleRanker setDifficulty(String code) {
    set(difficulty(), code);
    return this;
  }

  /** What N is: {@code min-max}, {@code z-score}, {@code rank} or {@code gateau-scripts}. */
  public SampleRanker setNormalisation(String code) {
    set(normalisation(), code);
    return this;
  }

  /** Share of samples whose difficulties are clipped at each end, in [0, 0.5). */
  public SampleRanker setWinsorise(double share) {
    set(winsorise(), share);
    return this;
  }

  /** Neighbouring segments that count as one in CAS, in [1, 1000]; 1 = each alone. */
  public SampleRanker setMergeSegments(int members) {
    set(mergeSegments(), members);
    return this;
  }

  /** Seed of the random strategy. */
  public SampleRanker setSeed(long value) {
    set(seed(), value);
    return this;
  }

  /**
   * Fits the scales: one Spark job for a small data set, one for each pass over a large one, none
   * for a strategy that needs no scale.
   *
   * @throws IllegalArgumentException if a column is missing or has another type
   */
  @Override
  public SampleRankerModel fit(Dataset<?> dataset) {
    transformSchema(dataset.schema());
    RankConfig config = config();
    Strategy strategy = Strategies.of(config.strategy());
    Dataset<Row> withRawTerms = RawTerms.with(dataset.toDF(), config);
    try (CachedTerms terms = CachedTerms.of(withRawTerms, strategy.rawTerms())) {
      Scales scales = strategy.fit(terms, config);
      return copyValues(new SampleRankerModel(uid, scales), new ParamMap()).setParent(this);
    }
  }

  /**
   * Fits the scales where only some rows have all signals; see {@link Strategy.UpperBound}.
   *
   * @param all every row, with the signals or raw terms of the cheaper strategy
   * @param pilot rows with all signals, or with the raw terms of the strategy
   * @throws IllegalArgumentException if nothing bounds the score, or a column is missing
   */
  public SampleRankerModel fit(Dataset<Row> all, Dataset<Row> pilot) {
    RankConfig config = config();
    Strategy strategy = Strategies.of(config.strategy());
    Strategy.UpperBound bound = SampleRankerModel.upperBound(config);
    Strategy cheaper = bound.cheaper();
    try (CachedTerms allTerms =
            CachedTerms.of(
                RawTerms.with(all, config.withStrategy(cheaper.code())), cheaper.rawTerms());
        CachedTerms pilotTerms =
            CachedTerms.of(RawTerms.with(pilot, config), strategy.rawTerms())) {
      Scales scales = bound.fit(allTerms, pilotTerms);
      return copyValues(new SampleRankerModel(uid, scales), new ParamMap()).setParent(this);
    }
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return RankSchema.ranked(schema, Strategies.of(config().strategy()));
  }

  @Override
  public SampleRanker copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /** Reads an estimator that {@link #save} wrote. */
  public static SampleRanker load(String path) {
    return read().load(path);
  }

  /** A reader of estimators. */
  public static MLReader<SampleRanker> read() {
    return new DefaultParamsReader<>();
  }
}
