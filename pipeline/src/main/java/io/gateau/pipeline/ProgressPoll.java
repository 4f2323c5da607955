package io.gateau.pipeline;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Tells the progress once a second what the finished tasks have counted, for as long as it is open.
 */
final class ProgressPoll {
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          runnable -> {
            Thread thread = new Thread(runnable, "gateau-progress");
            thread.setDaemon(true);
            return thread;
          });
  private final ScoreProgress progress;
  private final ScoreTask.Counters counters;

  private ProgressPoll(ScoreProgress progress, ScoreTask.Counters counters) {
    this.progress = progress;
    this.counters = counters;
  }

  static ProgressPoll start(ScoreProgress progress, ScoreTask.Counters counters) {
    ProgressPoll poll = new ProgressPoll(progress, counters);
    var unused = poll.executor.scheduleAtFixedRate(poll::tell, 1, 1, TimeUnit.SECONDS);
    return poll;
  }

  /** Ends it with a last telling, so that the final counts are the true ones. */
  void stop() {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(5, TimeUnit.SECONDS)) {
        executor.shutdownNow();
      }
    } catch (InterruptedException e) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
    }
    tell();
  }

  private void tell() {
    progress.update(
        counters.rows().value(), counters.characters().value(), counters.tokens().value());
  }
}
