package io.gateau.pipeline.progress;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;

/**
 * Reports what the tasks count, the running ones included, to a {@link ScoreProgress} once a second
 * until it is stopped.
 */
public final class ProgressPoll {
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          runnable -> {
            Thread thread = new Thread(runnable, "gateau-progress");
            thread.setDaemon(true);
            return thread;
          });
  private final ScoreProgress progress;
  private final SparkContext spark;
  private final ScoreCounters counters;
  private final RunningTasks running;
  private final ScoredWork before;

  private ProgressPoll(ScoreProgress progress, SparkContext spark, ScoreCounters counters) {
    this.progress = progress;
    this.spark = spark;
    this.counters = counters;
    this.running = new RunningTasks(counters);
    this.before = counters.done();
  }

  /** Starts a thread that reports; the caller must call {@link #stop}. */
  public static ProgressPoll start(
      ScoreProgress progress, SparkContext spark, ScoreCounters counters) {
    ProgressPoll poll = new ProgressPoll(progress, spark, counters);
    spark.addSparkListener(poll.running);
    var unused = poll.executor.scheduleAtFixedRate(poll::reportRunning, 1, 1, TimeUnit.SECONDS);
    return poll;
  }

  /** Stops the thread and reports once more, so that the last report has the final counts. */
  public void stop() {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(5, TimeUnit.SECONDS)) {
        executor.shutdownNow();
      }
    } catch (InterruptedException e) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
    }
    spark.removeSparkListener(running);
    progress.update(counters.done().minus(before));
  }

  private void reportRunning() {
    progress.update(counters.done().plus(running.done()).minus(before));
  }
}
