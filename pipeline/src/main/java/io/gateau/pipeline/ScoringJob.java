package io.gateau.pipeline;

import static org.apache.spark.sql.functions.col;

import io.gateau.pipeline.inflight.Suspects;
import io.gateau.pipeline.progress.ProgressPoll;
import io.gateau.pipeline.progress.ScoreCounters;
import io.gateau.pipeline.progress.ScoreProgress;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.samples.OriginalRecords;
import io.gateau.pipeline.signals.ScoredModel;
import io.gateau.pipeline.signals.SignalStore;
import io.gateau.score.ModelRole;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;

/** One Spark job that scores pending samples: longest first, and tasks of few rows. */
final class ScoringJob {
  /** With more tasks the last ones end sooner; with fewer their start costs less. */
  private static final int TASKS_PER_CORE = 16;

  private static final int ROWS_PER_TASK = 32;

  private final SparkSession spark;
  private final ReadConfig input;
  private final ScoreConfig config;
  private final Map<ModelRole, ScoredModel> models;
  private final SignalStore store;
  private final ScoreCounters counters;

  ScoringJob(
      SparkSession spark,
      ReadConfig input,
      ScoreConfig config,
      Map<ModelRole, ScoredModel> models,
      SignalStore store,
      ScoreCounters counters) {
    this.spark = spark;
    this.input = input;
    this.config = config;
    this.models = models;
    this.store = store;
    this.counters = counters;
  }

  /**
   * Scores and stores.
   *
   * @param stored samples that need no scoring, for the progress
   * @param run names the files that tasks store
   * @param suspects samples that were in work when a process ended
   * @param logged whether tasks write down the samples in work in their first attempt, too
   */
  void run(
      Dataset<Row> pending,
      PendingSize size,
      long stored,
      String run,
      Suspects suspects,
      boolean logged,
      ScoreProgress progress) {
    progress.start(size.rows(), stored, size.characters());
    ScoreTask task =
        new ScoreTask(
            config,
            models,
            new ScoreTask.Storage(
                store.folder().toString(),
                store.folders(config.signals()),
                run,
                logged,
                new SerializableConfiguration(spark.sessionState().newHadoopConf())),
            suspects,
            counters);
    Dataset<Row> texts =
        OriginalRecords.fetchTexts(spark, pending, input).persist(StorageLevel.DISK_ONLY());
    ProgressPoll poll = ProgressPoll.start(progress, counters);
    try {
      texts
          .repartitionByRange(
              tasks(size.rows()),
              col(RecordColumns.CHARACTERS).desc(),
              col(RecordColumns.CONTENT_KEY))
          .foreachPartition(task);
    } finally {
      poll.stop();
      progress.finish();
      texts.unpersist();
    }
  }

  private int tasks(long rows) {
    long byCores = (long) spark.sparkContext().defaultParallelism() * TASKS_PER_CORE;
    return Math.toIntExact(Math.min(rows, Math.max(byCores, rows / ROWS_PER_TASK)));
  }
}
