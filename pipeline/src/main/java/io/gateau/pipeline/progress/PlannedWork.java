package io.gateau.pipeline.progress;

import io.gateau.model.Work;

/**
 * What a scoring job is going to do, planned from the lengths of the texts before these are
 * tokenized.
 *
 * @param rows samples to score
 * @param stored samples whose signals are already stored
 * @param work of all samples to score
 * @param tasks into which the work is cut
 * @param largestTask the share of the largest task, in [0, 1]
 */
public record PlannedWork(long rows, long stored, Work work, int tasks, double largestTask) {
  /** Nothing to do. */
  public static PlannedWork nothing(long stored) {
    return new PlannedWork(0, stored, Work.NONE, 0, 0);
  }
}
