package io.gateau.pipeline.progress;

/** Receives the progress of scoring on the driver; one thread at a time calls it, once a second. */
public interface ScoreProgress {
  /** Ignores all progress. */
  ScoreProgress SILENT = new ScoreProgress() {};

  /** Scoring begins. */
  default void start(PlannedWork planned) {}

  /** Reports what was done since the start. */
  default void update(ScoredWork done) {}

  /** Scoring has ended, with or without an error. */
  default void finish() {}
}
