package io.gateau.pipeline;

import static org.apache.spark.sql.functions.col;

import io.gateau.pipeline.read.SampleReader;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.samples.OriginalRecords;
import io.gateau.pipeline.samples.SampleTable;
import io.gateau.pipeline.signals.SignalConfig;
import io.gateau.pipeline.signals.SignalStore;
import io.gateau.score.ModelRole;
import io.gateau.score.ModelSignal;
import io.gateau.udf.TaskModels;
import java.io.Serializable;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Computes and stores the signals of every text that misses some: the expensive part of a run.
 * After a kill, a failure or a change of input, the next call computes what is missing. Beside the
 * signals it writes the narrow table of all records, so that a selection needs no texts.
 */
public final class ScoreSamples {
  /** With more tasks the last ones end sooner; with fewer their start costs less. */
  private static final int TASKS_PER_CORE = 16;

  private static final int ROWS_PER_TASK = 32;

  private final SparkSession spark;
  private ReadConfig input;
  private ScoreConfig config;
  private String output;
  private ScoreProgress progress = ScoreProgress.SILENT;
  private EffectiveConfig effectiveConfig = EffectiveConfig.NONE;

  private ScoreSamples(SparkSession spark) {
    this.spark = spark;
  }

  /** An action without input, config and output, which must be given. */
  public static ScoreSamples on(SparkSession spark) {
    return new ScoreSamples(Arguments.notNull("spark", spark));
  }

  /** The samples; required. */
  public ScoreSamples input(ReadConfig value) {
    input = Arguments.notNull("input", value);
    return this;
  }

  /** The models and how they score; required. */
  public ScoreSamples config(ScoreConfig value) {
    config = Arguments.notNull("config", value);
    return this;
  }

  /** Folder for the signals and the manifest; required. */
  public ScoreSamples output(String value) {
    output = Arguments.notNull("output", value);
    return this;
  }

  /** What receives the progress; {@link ScoreProgress#SILENT} by default. */
  public ScoreSamples progress(ScoreProgress value) {
    progress = Arguments.notNull("progress", value);
    return this;
  }

  /** The configuration of the job, for the manifest; none by default. */
  public ScoreSamples effectiveConfig(EffectiveConfig value) {
    effectiveConfig = Arguments.notNull("effectiveConfig", value);
    return this;
  }

  /**
   * What was done.
   *
   * @param rowsIn records of the input
   * @param rejected records that are no samples
   * @param stored samples that needed no scoring: their texts were scored before, or are those of
   *     another sample
   * @param scored texts that this call scored or found impossible to score
   * @param sequencesScored sequences that models scored: full sequences and segments
   * @param tokensScored tokens of those sequences
   */
  public record Result(
      long rowsIn,
      long rejected,
      long stored,
      long scored,
      long sequencesScored,
      long tokensScored) {}

  /**
   * Scores.
   *
   * @throws IllegalStateException if input, config or output is missing
   * @throws io.gateau.model.checkpoint.ModelException if a model cannot be used; nothing is written
   *     then
   * @throws InputException if the input cannot be found or the output not be used, and nothing is
   *     written; or if rows were scored that cannot be read back from the output
   */
  public Result execute() {
    requireParameters();
    StageClock clock = new StageClock();
    ScoreConfig resolved = resolved();
    SignalConfig signals =
        SignalConfig.of(resolved.models(), resolved.scoring(), resolved.signals());
    clock.endStage("fingerprint-models");
    OutputFolder folder = OutputFolder.at(spark, output);
    folder.requireApartFrom(spark, input);
    folder.deleteStaleFiles();
    RunManifest manifest = RunManifest.of(folder);
    SignalConfig all =
        manifest.hasSignals() ? signals.withEarlier(manifest.signalConfig()) : signals;
    SignalStore store = new SignalStore(spark, folder.signals(), all);

    ReadConfig qualified = QualifiedInput.of(spark, input);
    folder.replaceSamples(
        SampleTable.of(SampleReader.read(spark, input)), () -> manifest.startScore(qualified, all));
    store.prepare(resolved.signals());
    clock.endStage("read-input");
    Dataset<Row> samples = folder.samples(spark);
    Dataset<Row> pending =
        store.pending(samples.filter(col(RecordColumns.REASON).isNull()), resolved.signals());
    ScoreCounters counters = ScoreCounters.register(spark.sparkContext());
    Counts counts;
    pending.persist(StorageLevel.MEMORY_AND_DISK());
    try {
      counts = countRows(samples, pending);
      clock.endStage("find-missing");
      String run = UUID.randomUUID().toString().replace("-", "");
      score(pending, counts, resolved, signals, store, run, counters);
      clock.endStage("score");
      requireReadable(pending, counts, store, resolved.signals(), run, counters);
    } finally {
      pending.unpersist();
    }

    store.mergeSmallFiles(resolved.signals());
    clock.endStage("merge-signals");
    Result result = counts.result(counters);
    manifest.writeScore(
        qualified,
        all,
        devices(resolved),
        new RunManifest.JobReport(effectiveConfig, result, clock.seconds()));
    return result;
  }

  private static Map<ModelRole, String> devices(ScoreConfig config) {
    Map<ModelRole, String> devices = new EnumMap<>(ModelRole.class);
    config.models().forEach((role, model) -> devices.put(role, model.device()));
    return devices;
  }

  private void requireParameters() {
    Arguments.required("input", "readConfig", input);
    Arguments.required("config", "scoreConfig", config);
    Arguments.required("output", "path", output);
  }

  /** The config with absolute model paths, and with dtypes and devices that all tasks can use. */
  private ScoreConfig resolved() {
    return config.withModels(
        model -> TaskModels.resolveForAllTasks(model.absolute(), spark.sparkContext().conf()));
  }

  /** Rows before scoring; pending ones are distinct texts. */
  private record Counts(long rowsIn, long rejected, long pending, long pendingCharacters) {
    long stored() {
      return rowsIn - rejected - pending;
    }

    Result result(ScoreCounters counters) {
      return new Result(
          rowsIn,
          rejected,
          stored(),
          pending,
          counters.sequences().value(),
          counters.tokens().value());
    }
  }

  private static Counts countRows(Dataset<Row> samples, Dataset<Row> pending) {
    Map<String, Long> sizes = RejectedSamples.sizes(samples);
    long rowsIn = sizes.values().stream().mapToLong(Long::longValue).sum();
    Size missing =
        pending
            .select(RecordColumns.CHARACTERS)
            .javaRDD()
            .mapPartitions(Size.OF_PARTITION)
            .collect()
            .stream()
            .reduce(new Size(0, 0), Size::plus);
    return new Counts(
        rowsIn, rowsIn - sizes.getOrDefault("", 0L), missing.rows(), missing.characters());
  }

  /** Rows, and the characters of their texts. */
  private record Size(long rows, long characters) implements Serializable {
    /** Of rows that hold nothing but their characters. */
    static final FlatMapFunction<Iterator<Row>, Size> OF_PARTITION =
        partition -> {
          long rows = 0;
          long characters = 0;
          while (partition.hasNext()) {
            rows++;
            characters += partition.next().getLong(0);
          }
          return List.of(new Size(rows, characters)).iterator();
        };

    Size plus(Size other) {
      return new Size(rows + other.rows, characters + other.characters);
    }
  }

  /** Longest samples first, in tasks small enough that the last ones end at the same time. */
  private void score(
      Dataset<Row> pending,
      Counts counts,
      ScoreConfig resolved,
      SignalConfig signals,
      SignalStore store,
      String run,
      ScoreCounters counters) {
    progress.start(counts.pending(), counts.stored(), counts.pendingCharacters());
    try {
      if (counts.pending() > 0) {
        ScoreTask task =
            new ScoreTask(
                resolved,
                signals.models(),
                store.folders(resolved.signals()),
                run,
                new SerializableConfiguration(spark.sessionState().newHadoopConf()),
                counters);
        Dataset<Row> texts =
            OriginalRecords.fetchTexts(spark, pending, input).persist(StorageLevel.DISK_ONLY());
        try {
          run(
              task,
              texts.repartitionByRange(
                  tasks(counts.pending()),
                  col(RecordColumns.CHARACTERS).desc(),
                  col(RecordColumns.CONTENT_KEY)),
              counters);
        } finally {
          texts.unpersist();
        }
      }
    } finally {
      progress.finish();
    }
  }

  private int tasks(long rows) {
    long byCores = (long) spark.sparkContext().defaultParallelism() * TASKS_PER_CORE;
    return Math.toIntExact(Math.min(rows, Math.max(byCores, rows / ROWS_PER_TASK)));
  }

  private void run(ScoreTask task, Dataset<Row> texts, ScoreCounters counters) {
    ProgressPoll poll = ProgressPoll.start(progress, counters);
    try {
      texts.foreachPartition(task);
    } finally {
      poll.stop();
    }
  }

  /**
   * Executors may store in a folder of their own, whose files the driver would never find. Rows are
   * counted only where files are missing: another run may have merged them.
   */
  private void requireReadable(
      Dataset<Row> pending,
      Counts counts,
      SignalStore store,
      List<ModelSignal> signals,
      String run,
      ScoreCounters counters) {
    if (store.files(signals, run) >= counters.files().value()) {
      return;
    }
    long readable = store.count(pending, signals);
    if (readable < counts.pending()) {
      throw new InputException(
          "%d rows were counted as scored, but %d of them can be read back from %s: the executors wrote to a folder of that name that the driver does not see; name an output that all machines share, such as hdfs://, s3a:// or a shared mount, and score again"
              .formatted(counts.pending(), readable, output));
    }
  }
}
