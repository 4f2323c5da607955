package io.gateau.pipeline;

import io.gateau.model.ModelSpec;
import io.gateau.score.ModelRole;
import io.gateau.score.ModelSignal;
import io.gateau.score.ScoringConfig;
import java.io.Serializable;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * How samples are scored.
 *
 * @param models the short-context model A and its long-context sibling B; those that a signal needs
 * @param signals what is computed
 * @param scoring template, token limit, segments and attention focus
 * @param checkpointSeconds seconds between two files of a task, at least 0; a killed run loses the
 *     samples that were scored since the last file and those being scored
 */
public record ScoreConfig(
    Map<ModelRole, ModelSpec> models,
    List<ModelSignal> signals,
    ScoringConfig scoring,
    int checkpointSeconds)
    implements Serializable {
  /** {@link #checkpointSeconds} unless configured otherwise. */
  public static final int DEFAULT_CHECKPOINT_SECONDS = 20;

  /**
   * Checks every value and drops models that no signal needs.
   *
   * @throws IllegalArgumentException if one is missing or {@code checkpointSeconds} is negative
   */
  public ScoreConfig {
    if (models == null || signals == null || signals.isEmpty() || scoring == null) {
      throw new IllegalArgumentException(
          "scoring needs models, at least one signal and a scoring config");
    }
    if (checkpointSeconds < 0) {
      throw new IllegalArgumentException(
          "checkpoint-seconds is %d; use 0 to store every sample at once, or more"
              .formatted(checkpointSeconds));
    }
    signals = List.copyOf(new LinkedHashSet<>(signals));
    EnumMap<ModelRole, ModelSpec> needed = new EnumMap<>(ModelRole.class);
    for (ModelSignal signal : signals) {
      ModelSpec model = models.get(signal.role());
      if (model == null) {
        throw new IllegalArgumentException(
            "%s needs the %s model; give --%s-model"
                .formatted(signal.name(), signal.role().code(), signal.role().code()));
      }
      needed.put(signal.role(), model);
    }
    models = needed;
  }

  /** Both models. */
  public ScoreConfig(
      ModelSpec shortModel,
      ModelSpec longModel,
      List<ModelSignal> signals,
      ScoringConfig scoring,
      int checkpointSeconds) {
    this(
        Map.of(ModelRole.SHORT, shortModel, ModelRole.LONG, longModel),
        signals,
        scoring,
        checkpointSeconds);
  }

  /** A copy with changed models, such as models whose dtype is resolved. */
  ScoreConfig withModels(UnaryOperator<ModelSpec> change) {
    EnumMap<ModelRole, ModelSpec> changed = new EnumMap<>(ModelRole.class);
    models.forEach((role, model) -> changed.put(role, change.apply(model)));
    return new ScoreConfig(changed, signals, scoring, checkpointSeconds);
  }
}
