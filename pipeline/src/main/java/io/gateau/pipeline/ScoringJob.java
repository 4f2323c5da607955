package io.gateau.pipeline;

import io.gateau.model.Work;
import io.gateau.pipeline.inflight.Suspects;
import io.gateau.pipeline.plan.LengthMeasurement;
import io.gateau.pipeline.plan.PendingCount;
import io.gateau.pipeline.plan.ScoringPlan;
import io.gateau.pipeline.plan.ScoringPlanner;
import io.gateau.pipeline.plan.ScoringStage;
import io.gateau.pipeline.progress.PlannedWork;
import io.gateau.pipeline.progress.ProgressPoll;
import io.gateau.pipeline.progress.ScoreCounters;
import io.gateau.pipeline.progress.ScoreProgress;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.signals.ScoredModel;
import io.gateau.pipeline.signals.SignalStore;
import io.gateau.score.ModelRole;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/** Plans and scores pending samples, in one Spark job of its own. */
final class ScoringJob {
  private final SparkSession spark;
  private final ReadConfig input;
  private final ScoreConfig config;
  private final Map<ModelRole, ScoredModel> models;
  private final SignalStore store;
  private final ScoringPlanner planner;
  private final ScoreCounters counters;

  ScoringJob(
      SparkSession spark,
      ReadConfig input,
      ScoreConfig config,
      Map<ModelRole, ScoredModel> models,
      SignalStore store,
      ScoringPlanner planner,
      ScoreCounters counters) {
    this.spark = spark;
    this.input = input;
    this.config = config;
    this.models = models;
    this.store = store;
    this.planner = planner;
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
      PendingCount count,
      long stored,
      String run,
      Suspects suspects,
      boolean logged,
      ScoreProgress progress) {
    ScoreTask task =
        new ScoreTask(
            input,
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
    try (ScoringPlan plan = planner.plan(run, pending, count)) {
      Work expected = planner.expected(count, lengths().of(plan, run, suspects));
      progress.start(planned(plan, count.rows(), stored, expected));
      score(plan, task, progress);
    }
  }

  private LengthMeasurement lengths() {
    return new LengthMeasurement(
        new JavaSparkContext(spark.sparkContext()),
        input,
        config.tokenizing(),
        config.scoring(),
        config.limits().sampleSeconds(),
        store.folder(),
        spark.sessionState().newHadoopConf());
  }

  private static PlannedWork planned(ScoringPlan plan, long rows, long stored, Work expected) {
    Work work = plan.work();
    double largest = plan.tasks().get(0).work().flops();
    return new PlannedWork(
        rows, stored, work, expected, plan.tasks().size(), largest / work.flops());
  }

  private void score(ScoringPlan plan, ScoreTask task, ScoreProgress progress) {
    ProgressPoll poll = ProgressPoll.start(progress, spark.sparkContext(), counters);
    try {
      ScoringStage.of(new JavaSparkContext(spark.sparkContext()), plan).foreachPartition(task);
    } finally {
      poll.stop();
      progress.finish();
    }
  }
}
