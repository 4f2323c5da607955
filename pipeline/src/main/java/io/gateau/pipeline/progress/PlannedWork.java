package io.gateau.pipeline.progress;

import io.gateau.model.Work;

/**
 * What a scoring job is going to do.
 *
 * @param rows samples to score
 * @param stored samples whose signals are already stored
 * @param work of all samples to score, guessed from the characters of each
 * @param expected the same work, by the tokens that some of them were found to have
 * @param tasks into which the work is cut
 * @param largestTask the share of the largest task, in [0, 1]
 */
public record PlannedWork(
    long rows, long stored, Work work, Work expected, int tasks, double largestTask) {
  /** Nothing to do. */
  public static PlannedWork nothing(long stored) {
    return new PlannedWork(0, stored, Work.NONE, Work.NONE, 0, 0);
  }
}
