package io.gateau.bench;

import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.decoder.MemoryPlan;
import io.gateau.model.decoder.MemoryPlanner;

/** Estimates from a model's shape how much memory it needs, by the plan that batches keep to. */
public final class MemoryEstimator {
  private final MemoryPlanner planner;

  private MemoryEstimator(MemoryPlanner planner) {
    this.planner = planner;
  }

  public static MemoryEstimator of(ModelConfig config, Dtype dtype) {
    return new MemoryEstimator(MemoryPlanner.of(config, dtype));
  }

  /**
   * One forward pass over one sequence.
   *
   * @param tokens length of the sequence
   * @param responseTokens scored tokens at its end
   */
  public MemoryEstimate pass(int tokens, int responseTokens) {
    MemoryPlan plan = planner.pass(1, tokens, responseTokens);
    return new MemoryEstimate(tokens, planner.weights(), plan.bytes(), plan.stage());
  }
}
