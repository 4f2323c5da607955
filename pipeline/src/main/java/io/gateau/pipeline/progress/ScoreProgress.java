package io.gateau.pipeline.progress;

/** Receives the progress of scoring on the driver; one thread at a time calls it, once a second. */
public interface ScoreProgress {
  /** Ignores all progress. */
  ScoreProgress SILENT = new ScoreProgress() {};

  /** A part of the scoring is about to begin; a sentence says which. */
  default void note(String sentence) {}

  /** Scoring begins, or a part of it. */
  default void start(PlannedWork planned) {}

  /** Reports what was done since the start. */
  default void update(ScoredWork done) {}

  /** What has begun has ended, with or without an error. */
  default void finish() {}
}
