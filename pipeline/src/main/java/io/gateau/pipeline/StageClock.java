package io.gateau.pipeline;

import java.util.LinkedHashMap;
import java.util.Map;

/** Seconds that each stage of a job took, in order. */
final class StageClock {
  private final Map<String, Double> seconds = new LinkedHashMap<>();
  private long start = System.nanoTime();

  /** Ends a stage that began when the stage before ended, or with this clock. */
  void endStage(String stage) {
    long now = System.nanoTime();
    seconds.merge(stage, Math.round((now - start) / 1e6) / 1e3, Double::sum);
    start = now;
  }

  /** Stage to seconds, rounded to milliseconds, in the order in which the stages ended. */
  Map<String, Double> seconds() {
    return seconds;
  }
}
