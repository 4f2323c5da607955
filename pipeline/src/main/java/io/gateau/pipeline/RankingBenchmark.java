package io.gateau.pipeline;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.lpad;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.sequence;
import static org.apache.spark.sql.functions.shiftrightunsigned;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.xxhash64;

import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.rank.strategy.Strategies;
import io.gateau.pipeline.read.SampleReader;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.file.QualifiedPath;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.samples.SampleTable;
import io.gateau.pipeline.signals.SignalColumns;
import io.gateau.pipeline.signals.SignalConfig;
import io.gateau.pipeline.signals.SignalKey;
import io.gateau.pipeline.signals.SignalStore;
import io.gateau.score.ModelSignal;
import io.gateau.score.SampleStatus;
import io.gateau.score.SignalColumn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Times what comes after scoring: made-up samples with made-up signals are read into the narrow
 * table, ranked and selected, as {@link ScoreSamples} and {@link SelectSamples} do it. The texts
 * are a few words, since no ranking reads them. The numbers follow from the row number, so every
 * run ranks the same rows.
 */
public final class RankingBenchmark {
  private static final String INPUT = "/input";
  private static final String OUTPUT = "/out";
  private static final int SEGMENTS = 8;
  private static final int ROWS_PER_FILE = 500_000;

  /** 53 bits of a hash: a double in [0, 1). */
  private static final double UNIT = 0x1.0p-53;

  private final SparkSession spark;
  private final String folder;

  /**
   * A benchmark that works in a folder, which need not exist.
   *
   * @param folder some 700 bytes a row are written there; all machines must share it
   */
  public RankingBenchmark(SparkSession spark, String folder) {
    this.spark = spark;
    this.folder = folder;
  }

  /**
   * What was measured.
   *
   * @param rows that were ranked
   * @param selected of them
   * @param seconds stage to seconds: {@code index}, which reads the input into the narrow table,
   *     and those of {@code select} in {@code manifest.json}
   * @param selectSeconds of the selection as a whole, after the index
   * @param peakHeapBytes process (driver, or an executor's id) to the largest heap that Spark has
   *     seen, which it looks at every ten seconds
   */
  public record Result(
      long rows,
      long selected,
      Map<String, Double> seconds,
      double selectSeconds,
      Map<String, Long> peakHeapBytes) {}

  /**
   * Makes the rows, then ranks and selects.
   *
   * @param rows at least 1
   * @throws InputException if the folder holds an input or output already
   */
  public Result run(long rows, SelectConfig config) {
    requireEmpty();
    OutputFolder output = OutputFolder.at(spark, folder + OUTPUT);
    writeInput(rows);
    StageClock clock = new StageClock();
    ReadConfig input = ReadConfig.of(folder + INPUT);
    SignalConfig stored = signals(config);
    RunManifest manifest = RunManifest.of(output);
    output.replaceSamples(
        SampleTable.of(SampleReader.read(spark, input)),
        () -> manifest.startScore(input, stored, Optional.empty()));
    clock.endStage("index");
    Map<String, Double> seconds = new LinkedHashMap<>(clock.seconds());
    writeSignals(output, stored, Strategies.of(config.rank().strategy()).signals());

    long start = System.nanoTime();
    SelectSamples.Result selected =
        SelectSamples.on(spark).output(folder + OUTPUT).config(config).execute();
    double selectSeconds = (System.nanoTime() - start) / 1e9;
    seconds.putAll(selected.seconds());
    return new Result(
        selected.counts().rowsIn(),
        selected.counts().selected(),
        seconds,
        selectSeconds,
        peakHeapBytes());
  }

  /**
   * Deletes everything that runs have written.
   *
   * @throws UncheckedIOException if the file system fails
   */
  public void deleteRows() {
    try {
      for (String part : List.of(INPUT, OUTPUT)) {
        Path place = QualifiedPath.of(spark, folder + part);
        place.getFileSystem(spark.sessionState().newHadoopConf()).delete(place, true);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete the rows in " + folder, e);
    }
  }

  private Map<String, Long> peakHeapBytes() {
    Map<String, Long> peaks = new TreeMap<>();
    CollectionConverters.asJava(spark.sparkContext().statusStore().executorList(false))
        .forEach(
            process -> {
              if (process.peakMemoryMetrics().isDefined()) {
                peaks.put(
                    process.id(),
                    process.peakMemoryMetrics().get().getMetricValue("JVMHeapMemory"));
              }
            });
    return peaks;
  }

  private void requireEmpty() {
    try {
      for (String part : List.of(INPUT, OUTPUT)) {
        Path place = QualifiedPath.of(spark, folder + part);
        if (place.getFileSystem(spark.sessionState().newHadoopConf()).exists(place)) {
          throw new InputException(
              "%s is there already; name a folder that does not exist yet"
                  .formatted(QualifiedPath.display(place)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look into " + folder, e);
    }
  }

  private void writeInput(long rows) {
    Column number = col("id").cast("string");
    spark
        .range(0, rows, 1, Math.toIntExact(rows / ROWS_PER_FILE + 1))
        .select(
            concat(lit("r"), lpad(number, 10, "0")).as("id"),
            concat(lit("s"), pmod(col("id"), lit(7))).as("source"),
            concat(lit("context "), number).as("context"),
            lit("what?").as("instruction"),
            lit("this").as("response"))
        .write()
        .json(folder + INPUT);
  }

  private static SignalConfig signals(SelectConfig config) {
    Map<String, SignalKey> keys = new LinkedHashMap<>();
    for (ModelSignal signal : Strategies.of(config.rank().strategy()).signals()) {
      keys.put(
          signal.name(),
          new SignalKey(
              signal.signal().name(),
              "{\"signal\":\"%s\",\"model\":\"%s\"}"
                  .formatted(signal.signal().name(), signal.role().code())));
    }
    return new SignalConfig(Map.of(), keys);
  }

  private void writeSignals(OutputFolder output, SignalConfig stored, List<ModelSignal> signals) {
    SignalStore store = new SignalStore(spark, output.signals(), stored);
    store.prepare(signals);
    Map<String, String> folders = store.folders(signals);
    Dataset<Row> samples = output.samples(spark);
    for (ModelSignal signal : signals) {
      values(samples, signal).write().mode("append").parquet(folders.get(signal.name()));
    }
  }

  private static Dataset<Row> values(Dataset<Row> samples, ModelSignal signal) {
    Dataset<Row> rows =
        samples.select(
            col(RecordColumns.CONTENT_KEY),
            lit(SampleStatus.OK.code()).as(SignalColumns.STATUS),
            lit(1_000).as(SignalColumns.CONTEXT_TOKENS),
            lit(20).as(SignalColumns.RESPONSE_TOKENS),
            lit(1_040).as(SignalColumns.SEQUENCE_TOKENS),
            lit(false).as(SignalColumns.TRUNCATED));
    for (SignalColumn column : signal.signal().columns()) {
      rows = rows.withColumn(column.name(), value(signal.column(column.name()), column.type()));
    }
    return rows;
  }

  private static Column value(String name, SignalColumn.Type type) {
    return switch (type) {
      case DOUBLE -> lit(1).plus(unit(name, lit(0)).multiply(lit(2)));
      case DOUBLES ->
          transform(
              sequence(lit(1), lit(SEGMENTS)),
              place -> lit(0.01).plus(unit(name, place).multiply(lit(2))));
      // Ranking leaves the losses of tokens out.
      case FLOATS -> lit(null).cast("array<float>");
    };
  }

  private static Column unit(String name, Column place) {
    return shiftrightunsigned(xxhash64(col(RecordColumns.CONTENT_KEY), lit(name), place), 11)
        .multiply(lit(UNIT));
  }
}
