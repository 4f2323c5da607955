package io.gateau.pipeline;

import static org.apache.spark.sql.functions.asc;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.gateau.pipeline.rank.RankSamples;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.rank.SelectTop;
import io.gateau.pipeline.read.SampleReader;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.read.record.RejectionReason;
import io.gateau.pipeline.signals.Columns;
import io.gateau.pipeline.signals.Recipe;
import io.gateau.pipeline.signals.SignalStore;
import io.gateau.score.SampleStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Ranks the scored samples of an output folder, selects the top and writes {@code scores}, {@code
 * selected} and {@code rejected}. Reads stored signals only: no model is opened, whatever the
 * strategy.
 */
public final class SelectSamples {
  private final SparkSession spark;
  private String output;
  private SelectConfig config = SelectConfig.DEFAULT;
  private Optional<List<String>> input = Optional.empty();
  private RunManifest.Settings settings = RunManifest.Settings.NONE;

  private SelectSamples(SparkSession spark) {
    this.spark = spark;
  }

  public static SelectSamples on(SparkSession spark) {
    return new SelectSamples(spark);
  }

  /** Folder in which {@link ScoreSamples} has scored. */
  public SelectSamples output(String value) {
    output = value;
    return this;
  }

  public SelectSamples config(SelectConfig value) {
    config = value;
    return this;
  }

  /**
   * Where the scored input is now, if it is not where it was; how it is read stays as it was
   * scored.
   */
  public SelectSamples input(List<String> paths) {
    input = Optional.of(paths);
    return this;
  }

  /** The configuration as the user gave it, for the manifest. */
  public SelectSamples settings(RunManifest.Settings value) {
    settings = value;
    return this;
  }

  /**
   * What was done; rowsIn = selected + unselected + all rejected.
   *
   * @param rejectedByReason counts by {@link RejectionReason} code, in the order of the codes
   */
  public record Result(
      long rowsIn, long selected, long unselected, Map<String, Long> rejectedByReason) {
    public long rejected() {
      return rejectedByReason.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /**
   * Ranks and selects.
   *
   * @throws io.gateau.pipeline.read.file.InputException if nothing has been scored in the folder,
   *     or the input cannot be found
   */
  public Result execute() {
    StageClock clock = new StageClock();
    OutputFolder folder = OutputFolder.at(spark, output);
    RunManifest manifest = RunManifest.of(folder);
    Recipe recipe = manifest.recipe();
    ReadConfig scored = manifest.input();
    ReadConfig read =
        new ReadConfig(input.orElse(scored.input()), scored.instruction(), scored.maxLineBytes());
    folder.requireApartFrom(spark, read);
    folder.sweep();
    Dataset<Row> records = SampleReader.read(spark, read);
    Dataset<Row> samples = recipe.keyed(records.filter(col(RecordColumns.REASON).isNull()));
    RankSamples ranking = new RankSamples(config);
    Dataset<Row> known =
        ranking
            .withContextualAwareness(measured(samples, new SignalStore(spark, output).rows()))
            .withColumn(RecordColumns.REASON, reason());
    records.persist(StorageLevel.DISK_ONLY());
    known.persist(StorageLevel.DISK_ONLY());
    try {
      Dataset<Row> good = known.filter(col(RecordColumns.REASON).isNull());
      Dataset<Row> ranked =
          new SelectTop(spark, config)
              .from(RankSamples.ordered(ranking.withScores(good)))
              .persist(StorageLevel.DISK_ONLY());
      try {
        clock.lap("rank");
        Result result = counted(records, known, ranked);
        requireNothingLost(result);
        Map<String, Dataset<Row>> tables = new LinkedHashMap<>();
        // In order already: ranking numbers sorted partitions.
        tables.put(OutputFolder.SCORES, ranked.select(columns(Columns.SCORES)));
        tables.put(OutputFolder.SELECTED, selectedRows(ranked, samples));
        tables.put(OutputFolder.REJECTED, rejectedRows(records, known));
        folder.replace(tables);
        clock.lap("write");
        manifest.selected(config, settings, result, clock).write();
        return result;
      } finally {
        ranked.unpersist();
      }
    } finally {
      known.unpersist();
      records.unpersist();
    }
  }

  /** Every sample with its stored signals; nulls where there are none. */
  public static Dataset<Row> measured(Dataset<Row> samples, Dataset<Row> stored) {
    return samples
        .select(
            RecordColumns.FILE,
            RecordColumns.LINE,
            RecordColumns.RECORD,
            RecordColumns.ID,
            RecordColumns.SOURCE,
            Columns.SHORT_KEY,
            Columns.LONG_KEY)
        .join(
            stored.drop(Columns.ID, Columns.SOURCE),
            CollectionConverters.asScala(List.of(Columns.SHORT_KEY, Columns.LONG_KEY)).toSeq(),
            "left");
  }

  /** Why a sample is not ranked; null if it is. */
  private static Column reason() {
    Column ok = col(Columns.STATUS).equalTo(SampleStatus.OK.code());
    return when(col(Columns.STATUS).isNull(), lit(RejectionReason.NOT_SCORED.code()))
        .when(ok.and(col(Columns.CAS).isNull()), lit(RejectionReason.NON_FINITE.code()))
        .when(ok, lit(null))
        .otherwise(col(Columns.STATUS));
  }

  /** File and number name one record each, so every selected row gets one original. */
  private static Dataset<Row> selectedRows(Dataset<Row> ranked, Dataset<Row> samples) {
    return ranked
        .filter(col(Columns.SELECTED))
        .join(
            samples.select(RecordColumns.FILE, RecordColumns.RECORD, RecordColumns.ORIGINAL),
            CollectionConverters.asScala(List.of(RecordColumns.FILE, RecordColumns.RECORD)).toSeq(),
            "inner")
        .orderBy(asc(Columns.RANK))
        .select(
            columns(
                Stream.concat(Columns.SCORES.stream(), Stream.of(RecordColumns.ORIGINAL))
                    .toList()));
  }

  private static Dataset<Row> rejectedRows(Dataset<Row> records, Dataset<Row> known) {
    Dataset<Row> unread =
        records
            .filter(col(RecordColumns.REASON).isNotNull())
            .select(
                RecordColumns.FILE,
                RecordColumns.LINE,
                RecordColumns.RECORD,
                RecordColumns.ID,
                RecordColumns.SOURCE,
                RecordColumns.REASON,
                RecordColumns.DETAIL,
                RecordColumns.ORIGINAL);
    Dataset<Row> unranked =
        known
            .filter(col(RecordColumns.REASON).isNotNull())
            .select(
                col(RecordColumns.FILE),
                col(RecordColumns.LINE),
                col(RecordColumns.RECORD),
                col(RecordColumns.ID),
                col(RecordColumns.SOURCE),
                col(RecordColumns.REASON),
                detail().as(RecordColumns.DETAIL),
                lit("").as(RecordColumns.ORIGINAL));
    return unread
        .unionByName(unranked)
        .orderBy(asc(RecordColumns.FILE), asc(RecordColumns.RECORD))
        .drop(RecordColumns.RECORD);
  }

  private static Column detail() {
    Column tokens = coalesce(col(Columns.SEQUENCE_TOKENS), lit(0)).cast("string");
    Column segments = coalesce(col(Columns.SEGMENTS), lit(0)).cast("string");
    return when(
            col(RecordColumns.REASON).equalTo(RejectionReason.NOT_SCORED.code()),
            lit("no signals are stored for this text; run gateau score on this input"))
        .when(
            col(RecordColumns.REASON).equalTo(RejectionReason.TOO_LONG.code()),
            concat(
                lit("the sequence has "),
                tokens,
                lit(" tokens, and instruction and response alone pass max-tokens")))
        .when(
            col(RecordColumns.REASON).equalTo(RejectionReason.TOO_SHORT.code()),
            concat(
                lit("the context has "),
                segments,
                lit(" segments; contextual awareness needs two")))
        .when(
            col(RecordColumns.REASON).equalTo(RejectionReason.EMPTY_RESPONSE.code()),
            lit("the tokenizer makes no tokens of the response"))
        .when(
            col(RecordColumns.REASON).equalTo(RejectionReason.NO_EMBEDDING.code()),
            lit(
                "the text holds the last token of the vocabulary, for which the models have no"
                    + " embedding (in Gemma 3 <image_soft_token>, which stands for an image); take"
                    + " it out of the text"))
        .when(
            col(RecordColumns.REASON).equalTo(RejectionReason.OUT_OF_MEMORY.code()),
            concat(
                lit("the memory of the device does not hold the sequence of "),
                tokens,
                lit(" tokens; score again with fewer max-tokens, bfloat16 or a larger device")))
        .otherwise(lit("a signal is not a finite number"));
  }

  private static Result counted(Dataset<Row> records, Dataset<Row> known, Dataset<Row> ranked) {
    Map<String, Long> rejected = new TreeMap<>();
    long rowsIn = 0;
    for (Row row : records.groupBy(RecordColumns.REASON).agg(count(lit(1))).collectAsList()) {
      rowsIn += row.getLong(1);
      if (!row.isNullAt(0)) {
        rejected.merge(row.getString(0), row.getLong(1), Long::sum);
      }
    }
    for (Row row :
        known
            .filter(col(RecordColumns.REASON).isNotNull())
            .groupBy(RecordColumns.REASON)
            .agg(count(lit(1)))
            .collectAsList()) {
      rejected.merge(row.getString(0), row.getLong(1), Long::sum);
    }
    long selected = 0;
    long unselected = 0;
    for (Row row : ranked.groupBy(Columns.SELECTED).agg(count(lit(1))).collectAsList()) {
      if (row.getBoolean(0)) {
        selected = row.getLong(1);
      } else {
        unselected = row.getLong(1);
      }
    }
    return new Result(rowsIn, selected, unselected, rejected);
  }

  private static void requireNothingLost(Result result) {
    long accounted = result.selected() + result.unselected() + result.rejected();
    if (accounted != result.rowsIn()) {
      throw new IllegalStateException(
          "rows do not reconcile: "
              + result.rowsIn()
              + " in, "
              + result.selected()
              + " selected, "
              + result.unselected()
              + " unselected, "
              + result.rejected()
              + " rejected (did the input change while it was read?)");
    }
  }

  private static Column[] columns(List<String> names) {
    return names.stream().map(org.apache.spark.sql.functions::col).toArray(Column[]::new);
  }
}
