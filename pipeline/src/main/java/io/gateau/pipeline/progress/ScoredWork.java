package io.gateau.pipeline.progress;

import io.gateau.model.Work;

/**
 * What a scoring job has done.
 *
 * @param rows samples that are finished
 * @param planned what those were planned to cost
 * @param finished what those have cost
 * @param scored all forward passes, those of unfinished samples included
 */
public record ScoredWork(long rows, Work planned, Work finished, Work scored) {
  /** Nothing yet. */
  public static final ScoredWork NONE = new ScoredWork(0, Work.NONE, Work.NONE, Work.NONE);

  /** Both together. */
  ScoredWork plus(ScoredWork other) {
    return new ScoredWork(
        rows + other.rows,
        planned.plus(other.planned),
        finished.plus(other.finished),
        scored.plus(other.scored));
  }

  /** This without what was done before. */
  ScoredWork minus(ScoredWork before) {
    return new ScoredWork(
        rows - before.rows,
        planned.minus(before.planned),
        finished.minus(before.finished),
        scored.minus(before.scored));
  }
}
