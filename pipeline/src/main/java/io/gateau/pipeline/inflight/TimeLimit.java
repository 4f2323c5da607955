package io.gateau.pipeline.inflight;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Ends the JVM when the samples in work take too long: nothing else stops a native library that
 * hangs. The log that stays behind says what was in work.
 */
public final class TimeLimit implements AutoCloseable {
  /**
   * Exit code of a JVM that this has ended: "temporary failure, try again" of Unix. The launcher
   * starts the same command again.
   */
  public static final int EXIT_CODE = 75;

  private static final long CHECK_MILLIS = 500;

  private final InFlightLog log;
  private final long nanosPerSample;
  private final ScheduledThreadPoolExecutor checks;

  /**
   * A limit for the samples in work of a task.
   *
   * @param seconds that one sample may take; 0 for no limit
   */
  public TimeLimit(InFlightLog log, int seconds) {
    this.log = log;
    this.nanosPerSample = TimeUnit.SECONDS.toNanos(seconds);
    this.checks =
        new ScheduledThreadPoolExecutor(
            1,
            runnable -> {
              Thread thread = new Thread(runnable, "gateau-time-limit");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Begins to look at what is in work, until this is closed. */
  public void watch() {
    if (nanosPerSample > 0) {
      var unused =
          checks.scheduleWithFixedDelay(
              this::check, CHECK_MILLIS, CHECK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void check() {
    if (log.nanosPerSample() <= nanosPerSample) {
      return;
    }
    int samples = log.size();
    try {
      log.timedOut();
    } finally {
      System.err.printf(
          "gateau: %d samples were in work for longer than %d s each (score.sample-seconds), and"
              + " nothing but the end of the process stops them. They are tried one by one next,"
              + " and one that takes too long alone is rejected as timed-out. On a cluster that"
              + " and from the launcher that happens by itself; elsewhere run the same command again.%n",
          samples, TimeUnit.NANOSECONDS.toSeconds(nanosPerSample));
      System.err.flush();
      Runtime.getRuntime().halt(EXIT_CODE);
    }
  }

  @Override
  public void close() {
    checks.shutdownNow();
  }
}
