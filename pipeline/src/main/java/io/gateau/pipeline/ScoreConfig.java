package io.gateau.pipeline;

import io.gateau.model.ModelSpec;
import io.gateau.score.ModelRole;
import io.gateau.score.ModelSignal;
import io.gateau.score.ScoringConfig;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * How samples are scored.
 *
 * @param models the short-context model A, its long-context sibling B and an unrelated model; those
 *     that a signal needs
 * @param signals what is computed
 * @param scoring template, token limit, segments and attention focus
 * @param limits what scoring may cost, and what it does after failures
 */
public record ScoreConfig(
    Map<ModelRole, ModelSpec> models,
    List<ModelSignal> signals,
    ScoringConfig scoring,
    ScoreLimits limits)
    implements Serializable {
  /**
   * Checks every value and drops models that no signal needs.
   *
   * @throws IllegalArgumentException if one is missing
   */
  public ScoreConfig {
    if (models == null
        || signals == null
        || signals.isEmpty()
        || scoring == null
        || limits == null) {
      throw new IllegalArgumentException(
          "scoring needs models, at least one signal, a scoring config and limits");
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
      ScoreLimits limits) {
    this(Map.of(ModelRole.SHORT, shortModel, ModelRole.LONG, longModel), signals, scoring, limits);
  }

  /** The model in whose tokens samples are measured; that of the pair, whose tokenizer is one. */
  public ModelSpec tokenizing() {
    return models.get(tokenizingRole());
  }

  /** The role of {@link #tokenizing}. */
  public ModelRole tokenizingRole() {
    return Stream.of(ModelRole.LONG, ModelRole.SHORT, ModelRole.UNRELATED)
        .filter(models::containsKey)
        .findFirst()
        .orElseThrow();
  }

  /** A copy with changed models, such as models whose dtype is resolved. */
  public ScoreConfig withModels(UnaryOperator<ModelSpec> change) {
    EnumMap<ModelRole, ModelSpec> changed = new EnumMap<>(ModelRole.class);
    models.forEach((role, model) -> changed.put(role, change.apply(model)));
    return new ScoreConfig(changed, signals, scoring, limits);
  }

  /** A copy that computes other signals of the same models. */
  public ScoreConfig withSignals(List<ModelSignal> others) {
    return new ScoreConfig(models, others, scoring, limits);
  }

  /** A copy whose models have the dtypes of another config. */
  ScoreConfig withDtypesOf(ScoreConfig other) {
    EnumMap<ModelRole, ModelSpec> changed = new EnumMap<>(ModelRole.class);
    models.forEach(
        (role, model) -> changed.put(role, model.withDtype(other.models.get(role).dtype())));
    return new ScoreConfig(changed, signals, scoring, limits);
  }

  /** Role to the directory of its model on this machine. */
  Map<ModelRole, Path> directories() {
    EnumMap<ModelRole, Path> directories = new EnumMap<>(ModelRole.class);
    models.forEach((role, model) -> directories.put(role, model.directory()));
    return directories;
  }
}
