package io.gateau.pipeline.progress;

import io.gateau.score.cost.Work;

/** Receives the progress of scoring on the driver; one thread at a time calls it, once a second. */
public interface ScoreProgress {
  /** Ignores all progress. */
  ScoreProgress SILENT = new ScoreProgress() {};

  /** Scoring begins. */
  default void start(PlannedWork planned) {}

  /**
   * Reports what was done since the start.
   *
   * @param rows samples scored
   * @param planned what those samples were planned to cost
   * @param tokens tokens scored by the models
   */
  default void update(long rows, Work planned, long tokens) {}

  /** Scoring has ended, with or without an error. */
  default void finish() {}
}
