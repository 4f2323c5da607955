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
 * @param scoring what else decides the raw signals
 * @param checkpointSeconds once so long has passed, a task stores what it has scored as soon as the
 *     samples at hand are done; a killed run loses no more than that time and those samples
 */
public record ScoreConfig(
    ModelSpec shortModel, ModelSpec longModel, ScoringConfig scoring, int checkpointSeconds)
    implements Serializable {
  public static final int DEFAULT_CHECKPOINT_SECONDS = 20;

  public ScoreConfig {
    if (shortModel == null || longModel == null || scoring == null) {
      throw new IllegalArgumentException(
          "scoring needs a short model, a long model and a scoring config");
    }
    if (checkpointSeconds < 0) {
      throw new IllegalArgumentException(
          "checkpoint-seconds is "
              + checkpointSeconds
              + "; use 0 to store every sample at once, or more");
    }
  }

  /** The same with other recipes for the models, such as those whose number type is decided. */
  ScoreConfig with(UnaryOperator<ModelSpec> change) {
    return new ScoreConfig(
        change.apply(shortModel), change.apply(longModel), scoring, checkpointSeconds);
  }
}
