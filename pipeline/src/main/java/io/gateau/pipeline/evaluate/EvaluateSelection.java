package io.gateau.pipeline.evaluate;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.get_json_object;
import static org.apache.spark.sql.functions.lit;

import io.gateau.math.Bootstrap;
import io.gateau.pipeline.Arguments;
import io.gateau.pipeline.OutputFolder;
import io.gateau.pipeline.RunManifest;
import io.gateau.pipeline.StoredSignals;
import io.gateau.pipeline.rank.strategy.RankConfig;
import io.gateau.pipeline.read.SampleReader;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.samples.DuplicateIds;
import io.gateau.pipeline.signals.SignalColumns;
import io.gateau.pipeline.signals.SignalConfig;
import io.gateau.pipeline.signals.SignalStore;
import io.gateau.pipeline.signals.WantedSignals;
import io.gateau.score.SampleStatus;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * Measures rankings of a scored folder against the kinds of samples that its input names. It uses
 * stored signals only and writes nothing. Kind, length and terms of every row come to the driver:
 * some 300 bytes a row.
 */
public final class EvaluateSelection {
  private final SparkSession spark;
  private String output;
  private Truth truth;
  private List<RankConfig> configs;
  private Optional<List<String>> input = Optional.empty();
  private List<Double> percents = List.of(10.0, 30.0, 50.0);
  private Optional<Bootstrap> bootstrap = Optional.empty();

  private EvaluateSelection(SparkSession spark) {
    this.spark = spark;
  }

  /** An action without output, truth and configs, which must be given. */
  public static EvaluateSelection on(SparkSession spark) {
    return new EvaluateSelection(Arguments.notNull("spark", spark));
  }

  /** Folder in which {@link io.gateau.pipeline.ScoreSamples} has scored; required. */
  public EvaluateSelection output(String value) {
    output = Arguments.notNull("output", value);
    return this;
  }

  /** Where the input names the kind of each sample; required. */
  public EvaluateSelection truth(Truth value) {
    truth = Arguments.notNull("truth", value);
    return this;
  }

  /** The rankings to measure; required. */
  public EvaluateSelection configs(List<RankConfig> values) {
    configs = List.copyOf(Arguments.notNull("configs", values));
    return this;
  }

  /** Where the scored input is now; by default where it was when it was scored. */
  public EvaluateSelection input(List<String> paths) {
    input = Optional.of(List.copyOf(Arguments.notNull("input", paths)));
    return this;
  }

  /** The tops to measure, in per cent of the rows, each in [0, 100]; 10, 30 and 50 by default. */
  public EvaluateSelection percents(List<Double> values) {
    percents = List.copyOf(Arguments.notNull("percents", values));
    return this;
  }

  /** Adds an interval to every measure; none by default. */
  public EvaluateSelection bootstrap(Bootstrap value) {
    bootstrap = Optional.of(Arguments.notNull("bootstrap", value));
    return this;
  }

  /**
   * What was measured.
   *
   * @param rows that were ranked
   * @param kinds how many of them are of each kind
   * @param evaluations one for each config, in the order given
   */
  public record Result(long rows, Map<String, Long> kinds, List<Evaluation> evaluations) {
    /** Copies kinds and evaluations. */
    public Result {
      kinds = Collections.unmodifiableMap(new TreeMap<>(kinds));
      evaluations = List.copyOf(evaluations);
    }
  }

  /**
   * Ranks by each config, and measures.
   *
   * @throws IllegalStateException if output, truth or configs is missing
   * @throws InputException if nothing has been scored in the folder, a row has no kind, or none is
   *     of the wanted kind
   */
  public Result execute() {
    Arguments.required("output", "path", output);
    Arguments.required("truth", "truth", truth);
    Arguments.required("configs", "rankConfigs", configs);
    Dataset<Row> rows = signalsWithKind().persist(StorageLevel.MEMORY_AND_DISK());
    try {
      Map<String, Long> kinds = kinds(rows);
      RankedRows ranked = new RankedRows(rows);
      List<Evaluation> evaluations = new ArrayList<>();
      for (RankConfig config : configs) {
        evaluations.add(evaluation(config, ranked.by(config)));
      }
      return new Result(sum(kinds), kinds, evaluations);
    } finally {
      rows.unpersist();
    }
  }

  /** Rows that have the signals of every config, each with its kind. */
  private Dataset<Row> signalsWithKind() {
    OutputFolder folder = OutputFolder.at(spark, output);
    RunManifest manifest = RunManifest.of(folder);
    ReadConfig scored = manifest.input();
    SignalConfig stored = manifest.signalConfig();
    WantedSignals needed =
        StoredSignals.needed(
            configs.stream().map(RankConfig::strategy).distinct().toList(), stored, folder);
    Dataset<Row> samples =
        DuplicateIds.reject(
                SampleReader.read(spark, scored.withInput(input.orElse(scored.input())))
                    .withColumn(RankedRows.KIND, kind()))
            .filter(col(RecordColumns.REASON).isNull());
    return withSignals(samples, new SignalStore(spark, folder.signals(), stored), needed);
  }

  private static Dataset<Row> withSignals(
      Dataset<Row> samples, SignalStore store, WantedSignals needed) {
    return store
        .join(samples, needed)
        .filter(col(SignalColumns.STATUS).equalTo(SampleStatus.OK.code()))
        .drop(
            RecordColumns.CONTEXT,
            RecordColumns.INSTRUCTION,
            RecordColumns.RESPONSE,
            RecordColumns.ORIGINAL);
  }

  private Column kind() {
    return get_json_object(col(RecordColumns.ORIGINAL), "$['%s']".formatted(truth.column()));
  }

  private Evaluation evaluation(RankConfig config, List<RankedRow> rows) {
    return Evaluation.of(
        config,
        Evaluation.Ranked.of(rows, truth),
        rows.stream().map(RankedRow::kind).toList(),
        percents,
        bootstrap);
  }

  private Map<String, Long> kinds(Dataset<Row> rows) {
    Map<String, Long> kinds = new TreeMap<>();
    rows.groupBy(coalesce(col(RankedRows.KIND), lit("")))
        .agg(count(lit(1)))
        .collectAsList()
        .forEach(row -> kinds.put(row.getString(0), row.getLong(1)));
    requireBothClasses(kinds);
    return kinds;
  }

  /** Refuses rows without a kind, and rows that are all wanted or all not. */
  private void requireBothClasses(Map<String, Long> kinds) {
    long all = sum(kinds);
    if (all == 0) {
      throw new InputException(
          "%s has no row with signals; run gateau score on this input first".formatted(output));
    }
    if (kinds.containsKey("")) {
      throw new InputException(
          "%d of %d scored records have no field '%s'; name the field that says what each sample is"
              .formatted(kinds.get(""), all, truth.column()));
    }
    if (!kinds.containsKey(truth.wanted()) || kinds.size() == 1) {
      throw new InputException(
          "of %d scored records %d are '%s' in the field '%s'; both these and others are needed, and there are %s"
              .formatted(
                  all,
                  kinds.getOrDefault(truth.wanted(), 0L),
                  truth.wanted(),
                  truth.column(),
                  String.join(", ", kinds.keySet())));
    }
  }

  private static long sum(Map<String, Long> kinds) {
    return kinds.values().stream().mapToLong(Long::longValue).sum();
  }
}
