package io.gateau.pipeline;

import java.util.LinkedHashMap;
import java.util.Map;

/** Seconds that each stage of a job took, in order. */
final class StageClock {
  private final Map<String, Double> seconds = new LinkedHashMap<>();
  private long since = System.nanoTime();

  /** Ends a stage that began with the one before, or with this clock. */
  void lap(String stage) {
    long now = System.nanoTime();
    seconds.merge(stage, Math.round((now - since) / 1e6) / 1e3, Double::sum);
    since = now;
  }

  Map<String, Double> seconds() {
    return seconds;
  }
}
