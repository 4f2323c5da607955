package io.gateau.pipeline;

/** Told on the driver how scoring goes; called by one thread at a time, about once a second. */
public interface ScoreProgress {
  /** Says nothing. */
  ScoreProgress SILENT = new ScoreProgress() {};

  /**
   * Scoring begins.
   *
   * @param rows samples to score
   * @param stored samples whose signals are already stored
   * @param characters text of the samples to score
   */
  default void start(long rows, long stored, long characters) {}

  /**
   * So much is done since the start.
   *
   * @param rows samples scored
   * @param characters text of those samples: the share of the work that is done
   * @param tokens tokens read by the models
   */
  default void update(long rows, long characters, long tokens) {}

  /** Scoring has ended, well or not. */
  default void finish() {}
}
