package io.gateau.pipeline.evaluate;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.get_json_object;
import static org.apache.spark.sql.functions.lit;

import io.gateau.math.Bootstrap;
import io.gateau.math.GateauScore;
import io.gateau.pipeline.OutputFolder;
import io.gateau.pipeline.RunManifest;
import io.gateau.pipeline.ScoreSamples;
import io.gateau.pipeline.SelectSamples;
import io.gateau.pipeline.rank.RankSamples;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.rank.Strategy;
import io.gateau.pipeline.read.SampleReader;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.signals.Columns;
import io.gateau.pipeline.signals.SignalStore;
import io.gateau.score.SampleStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * Measures rankings of a scored folder against what its input says the samples are. Reads stored
 * signals only, writes nothing. Score, kind and length of every row come to the driver: some 40
 * bytes a row.
 */
public final class EvaluateSelection {
  private static final String KIND = "truth";

  /** Rows by score descending, then by id as Spark compares them: as a selection orders them. */
  private static final Comparator<Scored> ORDER =
      Comparator.comparingDouble(Scored::score)
          .reversed()
          .thenComparing(Scored::id, EvaluateSelection::compareBytes);

  private final SparkSession spark;
  private String output;
  private Truth truth;
  private Optional<List<String>> input = Optional.empty();
  private List<Double> percents = List.of(10.0, 30.0, 50.0);
  private Optional<Bootstrap> bootstrap = Optional.empty();

  private EvaluateSelection(SparkSession spark) {
    this.spark = spark;
  }

  public static EvaluateSelection on(SparkSession spark) {
    return new EvaluateSelection(spark);
  }

  /** Folder in which {@link ScoreSamples} has scored. */
  public EvaluateSelection output(String value) {
    output = value;
    return this;
  }

  public EvaluateSelection truth(Truth value) {
    truth = value;
    return this;
  }

  /** Where the scored input is now, if it is not where it was. */
  public EvaluateSelection input(List<String> paths) {
    input = Optional.of(paths);
    return this;
  }

  /** The tops that are measured, in per cent of the rows. */
  public EvaluateSelection percents(List<Double> values) {
    percents = List.copyOf(values);
    return this;
  }

  /** Adds intervals to every measure. */
  public EvaluateSelection bootstrap(Bootstrap value) {
    bootstrap = Optional.of(value);
    return this;
  }

  /**
   * What was measured.
   *
   * @param rows that were ranked
   * @param kinds how many of them are of each kind
   * @param evaluations one for each way to rank, in the order given
   */
  public record Result(long rows, Map<String, Long> kinds, List<Evaluation> evaluations) {
    public Result {
      kinds = Collections.unmodifiableMap(new TreeMap<>(kinds));
      evaluations = List.copyOf(evaluations);
    }
  }

  /**
   * Ranks by each of the ways given, and measures.
   *
   * @throws InputException if nothing has been scored in the folder, a row has no kind, or none is
   *     of the wanted kind
   */
  public Result execute(List<SelectConfig> ways) {
    Dataset<Row> rows = signalsWithTruth().persist(StorageLevel.MEMORY_AND_DISK());
    try {
      Map<String, Long> kinds = kinds(rows);
      Map<SelectConfig, List<Row>> done = new HashMap<>();
      List<Evaluation> evaluations = new ArrayList<>();
      for (SelectConfig way : ways) {
        evaluations.add(evaluation(way, scored(rows, way, done)));
      }
      return new Result(
          kinds.values().stream().mapToLong(Long::longValue).sum(), kinds, evaluations);
    } finally {
      rows.unpersist();
    }
  }

  /** Rows that a selection would rank, whatever the importance. */
  private Dataset<Row> signalsWithTruth() {
    OutputFolder folder = OutputFolder.at(spark, output);
    RunManifest manifest = RunManifest.of(folder);
    ReadConfig scored = manifest.input();
    ReadConfig read =
        new ReadConfig(input.orElse(scored.input()), scored.instruction(), scored.maxLineBytes());
    Dataset<Row> samples =
        SampleReader.read(spark, read)
            .filter(col(RecordColumns.REASON).isNull())
            .withColumn(
                KIND, get_json_object(col(RecordColumns.ORIGINAL), "$['" + truth.column() + "']"));
    Dataset<Row> keyed = manifest.recipe().keyed(samples);
    Dataset<Row> measured =
        SelectSamples.measured(keyed, new SignalStore(spark, output).rows())
            .join(keyed.select(RecordColumns.ID, KIND), RecordColumns.ID)
            .filter(col(Columns.STATUS).equalTo(SampleStatus.OK.code()));
    return new RankSamples(SelectConfig.DEFAULT)
        .withContextualAwareness(measured)
        .filter(col(Columns.CAS).isNotNull())
        .drop(Columns.CAS)
        .select(
            Columns.ID,
            KIND,
            Columns.CONTEXT_TOKENS,
            Columns.SHORT_PPL,
            Columns.LONG_PPL,
            Columns.SEGMENT_PPL,
            Columns.SEGMENT_ATTENTION);
  }

  private Map<String, Long> kinds(Dataset<Row> rows) {
    Map<String, Long> kinds = new TreeMap<>();
    rows.groupBy(coalesce(col(KIND), lit("")))
        .agg(count(lit(1)))
        .collectAsList()
        .forEach(row -> kinds.put(row.getString(0), row.getLong(1)));
    long all = kinds.values().stream().mapToLong(Long::longValue).sum();
    if (all == 0) {
      throw new InputException(
          output + " has no row with signals; run gateau score on this input first");
    }
    if (kinds.containsKey("")) {
      throw new InputException(
          "%d of %d scored records have no field '%s'; name the field that says what each sample is"
              .formatted(kinds.get(""), all, truth.column()));
    }
    if (!kinds.containsKey(truth.wanted()) || kinds.size() == 1) {
      throw new InputException(
          "of %d scored records %d are '%s' in the field '%s'; both these and others are needed,"
                  .formatted(
                      all, kinds.getOrDefault(truth.wanted(), 0L), truth.wanted(), truth.column())
              + " and there are "
              + String.join(", ", kinds.keySet()));
    }
    return kinds;
  }

  private record Scored(String id, double score, String kind, double tokens) {}

  private static int compareBytes(String a, String b) {
    return Arrays.compareUnsigned(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }

  /** Ways that differ in alpha alone share their terms, so that each form is normalised once. */
  private List<Scored> scored(
      Dataset<Row> rows, SelectConfig way, Map<SelectConfig, List<Row>> done) {
    RankSamples ranking = new RankSamples(way);
    if (way.strategy() != Strategy.GATEAU) {
      return ranking
          .withScores(ranking.withContextualAwareness(rows))
          .select(Columns.ID, KIND, Columns.CONTEXT_TOKENS, Columns.SCORE)
          .collectAsList()
          .stream()
          .map(row -> scored(row, row.getDouble(3)))
          .toList();
    }
    GateauScore weights = new GateauScore(way.alpha());
    return done
        .computeIfAbsent(
            way.withAlpha(0),
            form ->
                ranking
                    .withTerms(ranking.withContextualAwareness(rows))
                    .select(
                        Columns.ID,
                        KIND,
                        Columns.CONTEXT_TOKENS,
                        RankSamples.GUIDANCE,
                        RankSamples.AWARENESS)
                    .collectAsList())
        .stream()
        .map(row -> scored(row, weights.of(row.getDouble(3), row.getDouble(4))))
        .toList();
  }

  private static Scored scored(Row row, double score) {
    return new Scored(row.getString(0), score, row.getString(1), row.getInt(2));
  }

  private Evaluation evaluation(SelectConfig way, List<Scored> scored) {
    List<Scored> order = scored.stream().sorted(ORDER).toList();
    boolean[] wanted = new boolean[order.size()];
    boolean[] noise = new boolean[order.size()];
    for (int i = 0; i < order.size(); i++) {
      wanted[i] = order.get(i).kind().equals(truth.wanted());
      noise[i] = order.get(i).kind().equals(truth.noise());
    }
    return Evaluation.of(
        way,
        new Evaluation.Ranked(
            order.stream().mapToDouble(Scored::score).toArray(),
            wanted,
            noise,
            order.stream().mapToDouble(Scored::tokens).toArray()),
        order.stream().map(Scored::kind).toList(),
        percents,
        bootstrap);
  }
}
