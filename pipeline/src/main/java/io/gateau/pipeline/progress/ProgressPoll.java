package io.gateau.pipeline.progress;

import io.gateau.score.cost.Work;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Reports the counters of the tasks to a {@link ScoreProgress} once a second until it is stopped.
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
  private final ScoreCounters counters;
  private final long rowsBefore;
  private final Work plannedBefore;
  private final long tokensBefore;

  private ProgressPoll(ScoreProgress progress, ScoreCounters counters) {
    this.progress = progress;
    this.counters = counters;
    this.rowsBefore = counters.rows().value();
    this.plannedBefore = counters.planned();
    this.tokensBefore = counters.tokens().value();
  }

  /** Starts a thread that reports; the caller must call {@link #stop}. */
  public static ProgressPoll start(ScoreProgress progress, ScoreCounters counters) {
    ProgressPoll poll = new ProgressPoll(progress, counters);
    var unused = poll.executor.scheduleAtFixedRate(poll::report, 1, 1, TimeUnit.SECONDS);
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
    report();
  }

  private void report() {
    progress.update(
        counters.rows().value() - rowsBefore,
        counters.planned().minus(plannedBefore),
        counters.tokens().value() - tokensBefore);
  }
}
