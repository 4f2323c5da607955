package io.gateau.score.cost;

import io.gateau.model.ForwardCost;
import io.gateau.model.Work;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.score.ModelRole;
import io.gateau.score.ModelSignal;
import io.gateau.score.Pass;
import io.gateau.score.SampleLengths;
import io.gateau.score.ScoringConfig;
import java.io.Serializable;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** The work of the signals of one sample; signals of one pass of a model share it. */
public final class SampleCost implements Serializable {
  private static final long serialVersionUID = 1;

  private final Map<ModelRole, ForwardCost> models = new EnumMap<>(ModelRole.class);
  private final ScoringConfig config;

  /**
   * Costs of these models.
   *
   * @param models those that signals need
   */
  public SampleCost(Map<ModelRole, ModelConfig> models, ScoringConfig config) {
    models.forEach((role, model) -> this.models.put(role, new ForwardCost(model)));
    this.config = config;
  }

  /**
   * The work of some signals.
   *
   * @param sample with its context cut to max-tokens
   */
  public Work of(SampleLengths sample, Collection<ModelSignal> signals) {
    Map<ModelRole, Set<Pass>> passes = new EnumMap<>(ModelRole.class);
    signals.forEach(
        signal ->
            passes
                .computeIfAbsent(signal.role(), role -> EnumSet.noneOf(Pass.class))
                .add(signal.signal().pass().read(sample, config)));
    return passes.entrySet().stream()
        .flatMap(
            role ->
                role.getValue().stream().map(pass -> of(sample, models.get(role.getKey()), pass)))
        .reduce(Work.NONE, Work::plus);
  }

  private Work of(SampleLengths sample, ForwardCost model, Pass pass) {
    int scored = pass.scored(sample, config);
    return pass.lengths(sample, config)
        .mapToObj(tokens -> new Work(tokens, pass.flops(model, tokens, scored)))
        .reduce(Work.NONE, Work::plus);
  }
}
