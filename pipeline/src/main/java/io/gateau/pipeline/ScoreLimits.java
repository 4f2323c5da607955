package io.gateau.pipeline;

import io.gateau.score.SampleStatus;
import java.io.Serializable;
import java.util.Set;

/**
 * What scoring may cost, and what it does after failures.
 *
 * @param checkpointSeconds seconds between two files of a task, at least 0; a killed run loses the
 *     samples that were scored since the last file and those being scored
 * @param sampleSeconds seconds that one sample may take, at least 0; 0 for no limit. Beyond it the
 *     process that scores it is ended, and the sample is rejected once it has taken too long alone
 * @param retry which failed attempts are tried again
 * @param maxRejected the share of records that may be rejected before the run stops, in [0, 1]
 */
public record ScoreLimits(int checkpointSeconds, int sampleSeconds, Retry retry, double maxRejected)
    implements Serializable {
  /** Which samples without signals are tried again. */
  public enum Retry {
    /** Those for which the tokenizer or the engine threw an error, or ran out of memory. */
    FAILED,
    /** Beside them those that ended processes or took too long. */
    CRASHED;

    /** The statuses of the samples that are tried again. */
    Set<SampleStatus> statuses() {
      return switch (this) {
        case FAILED -> Set.of(SampleStatus.FAILED, SampleStatus.OUT_OF_MEMORY);
        case CRASHED ->
            Set.of(
                SampleStatus.FAILED,
                SampleStatus.OUT_OF_MEMORY,
                SampleStatus.CRASHED,
                SampleStatus.TIMED_OUT);
      };
    }
  }

  /** Unless configured otherwise. A forward pass of six hours is not expected of any device. */
  public static final ScoreLimits DEFAULT = new ScoreLimits(20, 6 * 3600, Retry.FAILED, 1);

  /**
   * Checks every value.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public ScoreLimits {
    if (checkpointSeconds < 0) {
      throw new IllegalArgumentException(
          "checkpoint-seconds is %d; use 0 to store every sample at once, or more"
              .formatted(checkpointSeconds));
    }
    Arguments.notNull("retry", retry);
    if (sampleSeconds < 0) {
      throw new IllegalArgumentException(
          "sample-seconds is %d; use 0 for no limit, or more".formatted(sampleSeconds));
    }
    if (!(maxRejected >= 0 && maxRejected <= 1)) {
      throw new IllegalArgumentException(
          "max-rejected is %s; give a share from 0 to 1, such as 0.05".formatted(maxRejected));
    }
  }

  /** A copy with another {@link #checkpointSeconds}. */
  public ScoreLimits withCheckpointSeconds(int seconds) {
    return new ScoreLimits(seconds, sampleSeconds, retry, maxRejected);
  }

  /** A copy with another {@link #sampleSeconds}. */
  public ScoreLimits withSampleSeconds(int seconds) {
    return new ScoreLimits(checkpointSeconds, seconds, retry, maxRejected);
  }

  /** A copy with another {@link #retry}. */
  public ScoreLimits withRetry(Retry other) {
    return new ScoreLimits(checkpointSeconds, sampleSeconds, other, maxRejected);
  }

  /** A copy with another {@link #maxRejected}. */
  public ScoreLimits withMaxRejected(double share) {
    return new ScoreLimits(checkpointSeconds, sampleSeconds, retry, share);
  }
}
