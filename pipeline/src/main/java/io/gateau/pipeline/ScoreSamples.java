package io.gateau.pipeline;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import io.gateau.pipeline.read.SampleReader;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.file.QualifiedPath;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.signals.Columns;
import io.gateau.pipeline.signals.Recipe;
import io.gateau.pipeline.signals.SignalStore;
import io.gateau.score.SampleStatus;
import io.gateau.udf.TaskModels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Computes the raw signals of every sample that has none stored yet, and stores them: the part of a
 * run that costs. Run again after a kill, a failure or a change of input, it computes what is
 * missing.
 */
public final class ScoreSamples {
  /** Tasks per core: enough for the tail to be short, few enough for their start not to count. */
  private static final int TASKS_PER_CORE = 16;

  private static final int ROWS_PER_TASK = 32;

  private final SparkSession spark;
  private ReadConfig input;
  private ScoreConfig config;
  private String output;
  private ScoreProgress progress = ScoreProgress.SILENT;
  private RunManifest.Settings settings = RunManifest.Settings.NONE;

  private ScoreSamples(SparkSession spark) {
    this.spark = spark;
  }

  public static ScoreSamples on(SparkSession spark) {
    return new ScoreSamples(spark);
  }

  public ScoreSamples input(ReadConfig value) {
    input = value;
    return this;
  }

  public ScoreSamples config(ScoreConfig value) {
    config = value;
    return this;
  }

  /** Folder for the signals and the manifest. */
  public ScoreSamples output(String value) {
    output = value;
    return this;
  }

  public ScoreSamples progress(ScoreProgress value) {
    progress = value;
    return this;
  }

  /** The configuration as the user gave it, for the manifest. */
  public ScoreSamples settings(RunManifest.Settings value) {
    settings = value;
    return this;
  }

  /**
   * What was done.
   *
   * @param rowsIn records of the input
   * @param rejected records that are no samples
   * @param stored samples whose signals were stored before
   * @param scored samples scored by this call, or found unscorable by it
   * @param sequencesRead sequences that models read
   * @param tokensRead tokens that models read
   */
  public record Result(
      long rowsIn, long rejected, long stored, long scored, long sequencesRead, long tokensRead) {}

  /**
   * Scores.
   *
   * @throws io.gateau.model.checkpoint.ModelException if a model cannot be used; nothing is written
   *     then
   * @throws io.gateau.pipeline.read.file.InputException if the input cannot be found or the output
   *     not be used, and nothing is written; or if rows were scored that cannot be read back from
   *     the output
   */
  public Result execute() {
    StageClock clock = new StageClock();
    ScoreConfig concrete =
        config.with(
            model -> TaskModels.resolveForAllTasks(model.absolute(), spark.sparkContext().conf()));
    Recipe recipe = Recipe.of(concrete);
    clock.lap("fingerprint-models");
    OutputFolder folder = OutputFolder.at(spark, output);
    folder.requireApartFrom(spark, input);
    RunManifest manifest = RunManifest.of(folder);
    SignalStore store = new SignalStore(spark, output);
    folder.sweep();
    store.sweep();
    Dataset<Row> records = SampleReader.read(spark, input);
    Dataset<Row> samples = recipe.keyed(records.filter(col(RecordColumns.REASON).isNull()));
    Dataset<Row> pending = pending(samples, store.rows());
    records.persist(StorageLevel.DISK_ONLY());
    pending.persist(StorageLevel.DISK_ONLY());
    Result result;
    try {
      Row read = records.agg(count(lit(1)), count(col(RecordColumns.REASON))).first();
      Row work = pending.agg(count(lit(1)), coalesce(sum(ScoreTask.CHARACTERS), lit(0L))).first();
      clock.lap("read-input");
      long rowsIn = read.getLong(0);
      long rejected = read.getLong(1);
      long scored = work.getLong(0);
      long stored = rowsIn - rejected - scored;
      ScoreTask.Counters counters = counters();
      progress.start(scored, stored, work.getLong(1));
      try {
        if (scored > 0) {
          score(pending, scored, concrete, recipe, store, counters);
        }
      } finally {
        progress.finish();
      }
      clock.lap("score");
      requireReadable(scored, store, pending);
      clock.lap("read-back");
      result =
          new Result(
              rowsIn,
              rejected,
              stored,
              scored,
              counters.sequences().value(),
              counters.tokens().value());
    } finally {
      pending.unpersist();
      records.unpersist();
    }
    store.requirePresent();
    store.merge();
    clock.lap("merge-signals");
    manifest.scored(qualified(input), recipe, concrete, settings, result, clock).write();
    return result;
  }

  /**
   * Samples without both halves stored, each with the half that is. What ran out of memory is tried
   * again.
   */
  private static Dataset<Row> pending(Dataset<Row> samples, Dataset<Row> stored) {
    Dataset<Row> complete =
        stored
            .filter(col(Columns.STATUS).notEqual(SampleStatus.OUT_OF_MEMORY.code()))
            .select(Columns.SHORT_KEY, Columns.LONG_KEY);
    Dataset<Row> shortHalf =
        stored
            .filter(col(Columns.SHORT_PPL).isNotNull())
            .select(col(Columns.SHORT_KEY), col(Columns.SHORT_PPL).as(ScoreTask.KNOWN_SHORT_PPL))
            .dropDuplicates(Columns.SHORT_KEY);
    Dataset<Row> longHalf =
        stored
            .filter(col(Columns.LONG_PPL).isNotNull())
            .select(
                col(Columns.LONG_KEY),
                col(Columns.LONG_PPL).as(ScoreTask.KNOWN_LONG_PPL),
                col(Columns.SEGMENT_PPL).as(ScoreTask.KNOWN_SEGMENT_PPL),
                col(Columns.SEGMENT_ATTENTION).as(ScoreTask.KNOWN_SEGMENT_ATTENTION))
            .dropDuplicates(Columns.LONG_KEY);
    Column characters =
        length(col(RecordColumns.CONTEXT))
            .plus(length(col(RecordColumns.INSTRUCTION)))
            .plus(length(col(RecordColumns.RESPONSE)))
            .cast("long");
    return samples
        .drop(RecordColumns.ORIGINAL, RecordColumns.REASON, RecordColumns.DETAIL)
        .join(complete, usingBothKeys(), "left_anti")
        .join(shortHalf, usingKey(Columns.SHORT_KEY), "left")
        .join(longHalf, usingKey(Columns.LONG_KEY), "left")
        .withColumn(ScoreTask.CHARACTERS, characters);
  }

  /** What an executor stored in a folder of its own would be lost without a word. */
  private void requireReadable(long scored, SignalStore store, Dataset<Row> pending) {
    long readable = scored == 0 ? 0 : store.count(pending);
    if (readable < scored) {
      throw new InputException(
          "%d rows were counted as scored, but %d of them can be read back from %s: the executors wrote to a folder of that name that the driver does not see; name an output that all machines share, such as hdfs://, s3a:// or a shared mount, and score again"
              .formatted(scored, readable, output));
    }
  }

  /** For a selection that is started elsewhere. */
  private ReadConfig qualified(ReadConfig read) {
    List<String> paths = new ArrayList<>();
    for (String path : read.input()) {
      try {
        paths.add(QualifiedPath.text(spark, path));
      } catch (IOException e) {
        throw new UncheckedIOException("the input " + path + " cannot be used", e);
      }
    }
    return new ReadConfig(paths, read.instruction(), read.maxLineBytes());
  }

  /** Longest samples first, in tasks small enough that the last ones end together. */
  private void score(
      Dataset<Row> pending,
      long rows,
      ScoreConfig concrete,
      Recipe recipe,
      SignalStore store,
      ScoreTask.Counters counters) {
    long wanted =
        Math.max(
            (long) spark.sparkContext().defaultParallelism() * TASKS_PER_CORE,
            rows / ROWS_PER_TASK);
    int tasks = Math.toIntExact(Math.min(rows, wanted));
    ScoreTask task =
        new ScoreTask(
            concrete,
            recipe,
            store.folder().toString(),
            new SerializableConfiguration(spark.sessionState().newHadoopConf()),
            counters);
    ProgressPoll poll = ProgressPoll.start(progress, counters);
    try {
      pending
          .repartitionByRange(tasks, col(ScoreTask.CHARACTERS).desc(), col(RecordColumns.ID))
          .foreachPartition(task);
    } finally {
      poll.stop();
    }
  }

  private ScoreTask.Counters counters() {
    return new ScoreTask.Counters(
        counter("gateau.rows"),
        counter("gateau.characters"),
        counter("gateau.sequences"),
        counter("gateau.tokens"));
  }

  private LongAccumulator counter(String name) {
    return spark.sparkContext().longAccumulator(name);
  }

  private static scala.collection.immutable.Seq<String> usingBothKeys() {
    return seq(List.of(Columns.SHORT_KEY, Columns.LONG_KEY));
  }

  private static scala.collection.immutable.Seq<String> usingKey(String key) {
    return seq(List.of(key));
  }

  private static scala.collection.immutable.Seq<String> seq(List<String> names) {
    return scala.jdk.javaapi.CollectionConverters.asScala(names).toSeq();
  }
}
