package io.gateau.pipeline;

import static org.apache.spark.sql.functions.asc;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import io.gateau.pipeline.rank.RankSamples;
import io.gateau.pipeline.rank.ScoreColumns;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.rank.SelectTop;
import io.gateau.pipeline.read.SampleReader;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.read.record.RejectionReason;
import io.gateau.pipeline.signals.SignalConfig;
import io.gateau.pipeline.signals.SignalStore;
import java.util.Collections;
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
import org.apache.spark.sql.functions;
import org.apache.spark.storage.StorageLevel;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Ranks the scored samples of an output folder, selects the top and writes {@code scores}, {@code
 * selected} and {@code rejected}. It uses stored signals only: no model is opened, whatever the
 * strategy.
 */
public final class SelectSamples {
  private final SparkSession spark;
  private String output;
  private SelectConfig config = SelectConfig.DEFAULT;
  private Optional<List<String>> input = Optional.empty();
  private EffectiveConfig effectiveConfig = EffectiveConfig.NONE;

  private SelectSamples(SparkSession spark) {
    this.spark = spark;
  }

  /** An action without output, which must be given. */
  public static SelectSamples on(SparkSession spark) {
    return new SelectSamples(Arguments.notNull("spark", spark));
  }

  /** Folder in which {@link ScoreSamples} has scored; required. */
  public SelectSamples output(String value) {
    output = Arguments.notNull("output", value);
    return this;
  }

  /** How samples are ranked and how many are selected; {@link SelectConfig#DEFAULT} by default. */
  public SelectSamples config(SelectConfig value) {
    config = Arguments.notNull("config", value);
    return this;
  }

  /**
   * Where the scored input is now; by default where it was when it was scored. The rest of the
   * {@link ReadConfig} stays as it was.
   */
  public SelectSamples input(List<String> paths) {
    input = Optional.of(List.copyOf(Arguments.notNull("input", paths)));
    return this;
  }

  /** The configuration of the job, for the manifest; none by default. */
  public SelectSamples effectiveConfig(EffectiveConfig value) {
    effectiveConfig = Arguments.notNull("effectiveConfig", value);
    return this;
  }

  /**
   * What was done; rowsIn = selected + unselected + all rejected.
   *
   * @param rowsIn records of the input
   * @param selected samples within the budget
   * @param unselected samples that were ranked below it
   * @param rejectedByReason counts by {@link RejectionReason} code, in the order of the codes
   */
  public record Result(
      long rowsIn, long selected, long unselected, Map<String, Long> rejectedByReason) {
    /** Copies the counts. */
    public Result {
      rejectedByReason = Collections.unmodifiableMap(new TreeMap<>(rejectedByReason));
    }

    /** Records and samples that are not ranked. */
    public long rejected() {
      return rejectedByReason.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /**
   * Ranks and selects.
   *
   * @throws IllegalStateException if output is missing
   * @throws InputException if nothing has been scored in the folder, or the input cannot be found
   */
  public Result execute() {
    Arguments.required("output", "path", output);
    StageClock clock = new StageClock();
    OutputFolder folder = OutputFolder.at(spark, output);
    RunManifest manifest = RunManifest.of(folder);
    SignalConfig signals = manifest.signalConfig();
    ReadConfig scored = manifest.input();
    ReadConfig readConfig = scored.withInput(input.orElse(scored.input()));
    folder.requireApartFrom(spark, readConfig);
    folder.deleteStaleFiles();

    Dataset<Row> records = SampleReader.read(spark, readConfig);
    Dataset<Row> samples = records.filter(col(RecordColumns.REASON).isNull());
    RankSamples ranking = new RankSamples(config);
    SignalStore store = new SignalStore(spark, folder.signals());
    Dataset<Row> withSignals =
        RejectedSamples.withReason(ranking.withContextualAwareness(store.join(samples, signals)));
    records.persist(StorageLevel.DISK_ONLY());
    withSignals.persist(StorageLevel.DISK_ONLY());
    try {
      Dataset<Row> good = withSignals.filter(col(RecordColumns.REASON).isNull());
      Dataset<Row> ranked =
          new SelectTop(spark, config)
              .from(RankSamples.ordered(ranking.withScores(good)))
              .persist(StorageLevel.DISK_ONLY());
      try {
        clock.endStage("rank");
        Result result = countRows(records, withSignals, ranked);
        requireNothingLost(result);
        folder.replace(tables(records, withSignals, ranked));
        clock.endStage("write");
        manifest.writeSelect(
            config, new RunManifest.JobReport(effectiveConfig, result, clock.seconds()));
        return result;
      } finally {
        ranked.unpersist();
      }
    } finally {
      withSignals.unpersist();
      records.unpersist();
    }
  }

  private static Map<String, Dataset<Row>> tables(
      Dataset<Row> records, Dataset<Row> withSignals, Dataset<Row> ranked) {
    Map<String, Dataset<Row>> tables = new LinkedHashMap<>();
    // In order already: ranking numbers sorted partitions.
    tables.put(OutputFolder.SCORES, ranked.select(columns(ScoreColumns.SCORES)));
    tables.put(OutputFolder.SELECTED, selectedRows(ranked, records));
    tables.put(OutputFolder.REJECTED, RejectedSamples.table(records, withSignals));
    return tables;
  }

  /** File and number name one record each, so every selected row gets one original. */
  private static Dataset<Row> selectedRows(Dataset<Row> ranked, Dataset<Row> records) {
    List<String> recordKey = List.of(RecordColumns.FILE, RecordColumns.RECORD);
    List<String> selected =
        Stream.concat(ScoreColumns.SCORES.stream(), Stream.of(RecordColumns.ORIGINAL)).toList();
    return ranked
        .filter(col(ScoreColumns.SELECTED))
        .join(
            records.select(RecordColumns.FILE, RecordColumns.RECORD, RecordColumns.ORIGINAL),
            CollectionConverters.asScala(recordKey).toSeq(),
            "inner")
        .orderBy(asc(ScoreColumns.RANK))
        .select(columns(selected));
  }

  private static Column[] columns(List<String> names) {
    return names.stream().map(functions::col).toArray(Column[]::new);
  }

  private static Result countRows(
      Dataset<Row> records, Dataset<Row> withSignals, Dataset<Row> ranked) {
    long rowsIn = 0;
    Map<String, Long> rejected = new TreeMap<>();
    for (Row row : groupSizes(records, RecordColumns.REASON)) {
      rowsIn += row.getLong(1);
      if (!row.isNullAt(0)) {
        rejected.merge(row.getString(0), row.getLong(1), Long::sum);
      }
    }
    for (Row row : groupSizes(withSignals, RecordColumns.REASON)) {
      if (!row.isNullAt(0)) {
        rejected.merge(row.getString(0), row.getLong(1), Long::sum);
      }
    }
    long selected = 0;
    long unselected = 0;
    for (Row row : groupSizes(ranked, ScoreColumns.SELECTED)) {
      if (row.getBoolean(0)) {
        selected = row.getLong(1);
      } else {
        unselected = row.getLong(1);
      }
    }
    return new Result(rowsIn, selected, unselected, rejected);
  }

  /** (value, number of rows) of every value of a column that has few. */
  private static List<Row> groupSizes(Dataset<Row> rows, String column) {
    return rows.groupBy(column).agg(count(lit(1))).collectAsList();
  }

  private static void requireNothingLost(Result result) {
    long accounted = result.selected() + result.unselected() + result.rejected();
    if (accounted != result.rowsIn()) {
      throw new IllegalStateException(
          "rows do not reconcile: %d in, %d selected, %d unselected, %d rejected (did the input change while it was read?)"
              .formatted(
                  result.rowsIn(), result.selected(), result.unselected(), result.rejected()));
    }
  }
}
