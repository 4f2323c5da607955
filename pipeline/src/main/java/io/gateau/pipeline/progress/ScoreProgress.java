package io.gateau.pipeline.progress;

/** Receives the progress of scoring on the driver; one thread at a time calls it, once a second. */
public interface ScoreProgress {
  /** Ignores all progress. */
  ScoreProgress SILENT = new ScoreProgress() {};

  /**
   * Scoring begins.
   *
   * @param rows samples to score
   * @param stored samples whose signals are already stored
   * @param characters text of the samples to score, in characters
   */
  default void start(long rows, long stored, long characters) {}

  /**
   * Reports what was done since the start.
   *
   * @param rows samples scored
   * @param characters text of those samples, in characters: the share that is done
   * @param tokens tokens scored by the models
   */
  default void update(long rows, long characters, long tokens) {}

  /** Scoring has ended, with or without an error. */
  default void finish() {}
}
