package io.gateau.pipeline.estimate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.percentile_approx;

import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.pipeline.ScoreConfig;
import io.gateau.pipeline.plan.PendingCost;
import io.gateau.pipeline.plan.PendingCount;
import io.gateau.pipeline.plan.TextLengths;
import io.gateau.pipeline.read.SampleReader;
import io.gateau.pipeline.read.file.InputFile;
import io.gateau.pipeline.read.file.InputFiles;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.read.table.TableInput;
import io.gateau.pipeline.samples.DuplicateIds;
import io.gateau.pipeline.signals.SignalConfig;
import io.gateau.score.ModelRole;
import io.gateau.score.ModelSignal;
import io.gateau.score.cost.SampleCost;
import io.gateau.udf.FetchedModels;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Estimates what a scoring will cost, from the tokenized lengths of all samples or of some. It
 * reads the input once and writes nothing; no model runs.
 */
public final class EstimateScoring {
  /** Of a larger input some records are tokenized, with about so many bytes. */
  private static final double BYTES_TO_TOKENIZE = 256 << 20;

  private static final int ACCURACY = 1_000;

  /** So many records are all tokenized, whatever the input has beside them. */
  private static final int FEW = 10_000;

  private final SparkSession spark;
  private ReadConfig input;
  private ScoreConfig config;
  private OptionalDouble sample = OptionalDouble.empty();

  private EstimateScoring(SparkSession spark) {
    this.spark = spark;
  }

  /** An action without input and config, which must be given. */
  public static EstimateScoring on(SparkSession spark) {
    return new EstimateScoring(spark);
  }

  /** The samples; required. */
  public EstimateScoring input(ReadConfig value) {
    input = value;
    return this;
  }

  /** The models and how they score; required. Passes of all its signals are counted. */
  public EstimateScoring config(ScoreConfig value) {
    config = value;
    return this;
  }

  /**
   * The share of the samples that are tokenized; by default all, and fewer of an input of more than
   * 256 MiB.
   *
   * @param share in (0, 1]
   * @throws IllegalArgumentException if it is not
   */
  public EstimateScoring sample(double share) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "sample is %s; it must be more than 0, and 1 at most".formatted(share));
    }
    sample = OptionalDouble.of(share);
    return this;
  }

  /**
   * Estimates.
   *
   * @throws io.gateau.pipeline.read.file.InputException if the input cannot be found or read
   * @throws io.gateau.model.checkpoint.ModelException if a model cannot be opened, or the two do
   *     not share a vocabulary
   */
  public ScoringEstimate execute() {
    ReadConfig pinned = TableInput.pin(spark, input);
    Map<ModelRole, ModelConfig> models = modelConfigs();
    SampleCost cost = new SampleCost(models, config.scoring());
    TokenizeTask tokenize =
        new TokenizeTask(
            config.tokenizing().absolute(),
            models.get(config.tokenizingRole()).vocabularySize(),
            config.scoring(),
            config.signals(),
            sample.orElseGet(() -> share(pinned)),
            new SerializableConfiguration(hadoop()));
    ScoringEstimate estimate = estimate(pinned, tokenize, cost);
    return estimate.tokenized() == 0 && estimate.texts() > 0
        ? estimate(pinned, tokenize.withAll(), cost)
        : estimate;
  }

  private ScoringEstimate estimate(ReadConfig pinned, TokenizeTask tokenize, SampleCost cost) {
    Dataset<Row> rows =
        DuplicateIds.reject(
                SampleReader.read(spark, pinned)
                    .mapPartitions(tokenize, Encoders.row(LengthColumns.SCHEMA)))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      return estimate(rows, cost);
    } finally {
      rows.unpersist();
    }
  }

  private ScoringEstimate estimate(Dataset<Row> rows, SampleCost cost) {
    Column good = col(RecordColumns.REASON).isNull();
    Map<String, Long> reasons = new HashMap<>();
    for (Row reason :
        rows.where(not(good)).groupBy(RecordColumns.REASON).agg(count(lit(1))).collectAsList()) {
      reasons.put(reason.getString(0), reason.getLong(1));
    }
    long rejected = reasons.values().stream().mapToLong(Long::longValue).sum();
    Dataset<Row> texts = rows.where(good).dropDuplicates(RecordColumns.CONTENT_KEY);
    Column isTokenized = col(LengthColumns.CONTEXT).isNotNull();
    Dataset<Row> tokenized = texts.where(isTokenized);
    LengthCensus census =
        tokenized
            .javaRDD()
            .mapPartitions(LengthCensus.task(config.signals(), cost, config.scoring()))
            .collect()
            .stream()
            .reduce(LengthCensus.NONE, LengthCensus::plus);
    PendingCount others = PendingCount.of(texts.where(not(isTokenized)));
    return new ScoringEstimate(
        rejected + rows.where(good).count(),
        reasons,
        census.rows() + others.rows(),
        census.rows(),
        census.cut(),
        census.statuses(),
        lengths(tokenized),
        passes(census, others, cost));
  }

  private Map<ModelPass, PassCost> passes(
      LengthCensus census, PendingCount others, SampleCost cost) {
    TextLengths guess = census.totals().lengths();
    Map<ModelPass, PassCost> passes = new HashMap<>(census.passes());
    if (others.rows() > 0) {
      for (ModelPass pass : ModelPass.of(config.signals())) {
        List<ModelSignal> signals = pass.signals(config.signals());
        PendingCost guessed = new PendingCost(signals, cost, guess, config.scoring().maxTokens());
        passes.merge(
            pass,
            PassCost.NONE.withMore(others.work(guessed)),
            (known, more) -> known.withMore(more.work()));
      }
    }
    return passes;
  }

  private static ScoringEstimate.Lengths lengths(Dataset<Row> tokenized) {
    Column tokens =
        col(LengthColumns.START)
            .plus(col(LengthColumns.CONTEXT))
            .plus(col(LengthColumns.AROUND))
            .plus(col(LengthColumns.RESPONSE));
    Row found =
        tokenized
            .where(col(LengthColumns.STATUS).isNull())
            .agg(
                percentile_approx(tokens, lit(0.5), lit(ACCURACY)),
                percentile_approx(tokens, lit(0.9), lit(ACCURACY)),
                max(tokens),
                max(col(LengthColumns.RESPONSE)))
            .first();
    return found.isNullAt(0)
        ? new ScoringEstimate.Lengths(0, 0, 0, 0)
        : new ScoringEstimate.Lengths(
            found.getInt(0), found.getInt(1), found.getInt(2), found.getInt(3));
  }

  private Map<ModelRole, ModelConfig> modelConfigs() {
    Map<ModelRole, Checkpoint> checkpoints = new EnumMap<>(ModelRole.class);
    Map<ModelRole, ModelConfig> models = new EnumMap<>(ModelRole.class);
    config
        .models()
        .forEach(
            (role, spec) -> {
              Checkpoint checkpoint =
                  Checkpoint.open(FetchedModels.local(spec, hadoop()).directory());
              checkpoints.put(role, checkpoint);
              models.put(role, spec.config(checkpoint));
            });
    SignalConfig.requireSiblings(checkpoints);
    return models;
  }

  private double share(ReadConfig pinned) {
    if (pinned.limit() > 0 && pinned.limit() <= FEW) {
      return 1;
    }
    long bytes =
        InputFiles.find(pinned.files(), hadoop()).stream().mapToLong(InputFile::bytes).sum();
    return bytes == 0 ? 1 : Math.min(1, BYTES_TO_TOKENIZE / bytes);
  }

  private Configuration hadoop() {
    return spark.sessionState().newHadoopConf();
  }
}
