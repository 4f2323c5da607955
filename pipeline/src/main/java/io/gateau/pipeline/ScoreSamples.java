package io.gateau.pipeline;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import io.gateau.pipeline.read.SampleReader;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.file.QualifiedPath;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.signals.PendingSamples;
import io.gateau.pipeline.signals.SignalConfig;
import io.gateau.pipeline.signals.SignalStore;
import io.gateau.udf.TaskModels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Computes and stores the raw signals of every sample that has none stored yet: the expensive part
 * of a run. After a kill, a failure or a change of input, the next call computes what is missing.
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
   * @param stored samples whose signals were stored before
   * @param scored samples that this call scored or found impossible to score
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
        SignalConfig.of(resolved.shortModel(), resolved.longModel(), resolved.scoring());
    clock.endStage("fingerprint-models");
    OutputFolder folder = OutputFolder.at(spark, output);
    folder.requireApartFrom(spark, input);
    RunManifest manifest = RunManifest.of(folder);
    SignalStore store = new SignalStore(spark, folder.signals());
    folder.deleteStaleFiles();
    store.deleteStaleFiles();

    Dataset<Row> records = SampleReader.read(spark, input);
    Dataset<Row> samples = records.filter(col(RecordColumns.REASON).isNull());
    Dataset<Row> pending = store.pending(samples, signals);
    ScoreCounters counters = ScoreCounters.register(spark.sparkContext());
    Counts counts;
    records.persist(StorageLevel.DISK_ONLY());
    pending.persist(StorageLevel.DISK_ONLY());
    try {
      counts = countRows(records, pending);
      clock.endStage("read-input");
      score(pending, counts, resolved, signals, store, counters);
      clock.endStage("score");
      requireReadable(counts.pending(), store, pending);
      clock.endStage("read-back");
    } finally {
      pending.unpersist();
      records.unpersist();
    }

    store.createIfEmpty();
    store.mergeSmallFiles();
    clock.endStage("merge-signals");
    Result result = counts.result(counters);
    manifest.writeScore(
        qualifiedInput(),
        signals,
        resolved.longModel().device(),
        new RunManifest.JobReport(effectiveConfig, result, clock.seconds()));
    return result;
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

  /** Rows before scoring. */
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

  private static Counts countRows(Dataset<Row> records, Dataset<Row> pending) {
    Row all = records.agg(count(lit(1)), count(col(RecordColumns.REASON))).first();
    Row missing =
        pending.agg(count(lit(1)), coalesce(sum(PendingSamples.CHARACTERS), lit(0L))).first();
    return new Counts(all.getLong(0), all.getLong(1), missing.getLong(0), missing.getLong(1));
  }

  /** Longest samples first, in tasks small enough that the last ones end at the same time. */
  private void score(
      Dataset<Row> pending,
      Counts counts,
      ScoreConfig resolved,
      SignalConfig signals,
      SignalStore store,
      ScoreCounters counters) {
    progress.start(counts.pending(), counts.stored(), counts.pendingCharacters());
    try {
      if (counts.pending() > 0) {
        ScoreTask task =
            new ScoreTask(
                resolved,
                signals,
                store.folder().toString(),
                new SerializableConfiguration(spark.sessionState().newHadoopConf()),
                counters);
        Dataset<Row> ordered =
            pending.repartitionByRange(
                tasks(counts.pending()),
                col(PendingSamples.CHARACTERS).desc(),
                col(RecordColumns.ID));
        run(task, ordered, counters);
      }
    } finally {
      progress.finish();
    }
  }

  private int tasks(long rows) {
    long byCores = (long) spark.sparkContext().defaultParallelism() * TASKS_PER_CORE;
    return Math.toIntExact(Math.min(rows, Math.max(byCores, rows / ROWS_PER_TASK)));
  }

  private void run(ScoreTask task, Dataset<Row> pending, ScoreCounters counters) {
    ProgressPoll poll = ProgressPoll.start(progress, counters);
    try {
      pending.foreachPartition(task);
    } finally {
      poll.stop();
    }
  }

  /** Executors may store in a folder of their own, whose rows the driver would never find. */
  private void requireReadable(long scored, SignalStore store, Dataset<Row> pending) {
    long readable = scored == 0 ? 0 : store.count(pending);
    if (readable < scored) {
      // Another run may have merged files between their listing and their reading.
      readable = store.count(pending);
    }
    if (readable < scored) {
      throw new InputException(
          "%d rows were counted as scored, but %d of them can be read back from %s: the executors wrote to a folder of that name that the driver does not see; name an output that all machines share, such as hdfs://, s3a:// or a shared mount, and score again"
              .formatted(scored, readable, output));
    }
  }

  /** The input with full paths, for a selection that is started in another directory. */
  private ReadConfig qualifiedInput() {
    List<String> paths = new ArrayList<>();
    for (String path : input.input()) {
      try {
        paths.add(QualifiedPath.text(spark, path));
      } catch (IOException e) {
        throw new UncheckedIOException("the input %s cannot be used".formatted(path), e);
      }
    }
    return input.withInput(paths);
  }
}
