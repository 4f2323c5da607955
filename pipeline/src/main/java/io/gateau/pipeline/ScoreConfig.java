package io.gateau.pipeline;

import io.gateau.model.ModelSpec;
import io.gateau.score.ScoringConfig;
import java.io.Serializable;
import java.util.function.UnaryOperator;

/**
 * How samples are scored.
 *
 * @param shortModel the short-context model A
 * @param longModel its long-context sibling B
 * @param scoring template, token limit, segments and attention focus
 * @param checkpointSeconds seconds between two files of a task, at least 0; a killed run loses the
 *     samples that were scored since the last file and those being scored
 */
public record ScoreConfig(
    ModelSpec shortModel, ModelSpec longModel, ScoringConfig scoring, int checkpointSeconds)
    implements Serializable {
  /** {@link #checkpointSeconds} unless configured otherwise. */
  public static final int DEFAULT_CHECKPOINT_SECONDS = 20;

  /**
   * Checks every value.
   *
   * @throws IllegalArgumentException if one is missing or {@code checkpointSeconds} is negative
   */
  public ScoreConfig {
    if (shortModel == null || longModel == null || scoring == null) {
      throw new IllegalArgumentException(
          "scoring needs a short model, a long model and a scoring config");
    }
    if (checkpointSeconds < 0) {
      throw new IllegalArgumentException(
          "checkpoint-seconds is %d; use 0 to store every sample at once, or more"
              .formatted(checkpointSeconds));
    }
  }

  /** A copy with changed models, such as models whose dtype is resolved. */
  ScoreConfig withModels(UnaryOperator<ModelSpec> change) {
    return new ScoreConfig(
        change.apply(shortModel), change.apply(longModel), scoring, checkpointSeconds);
  }
}
