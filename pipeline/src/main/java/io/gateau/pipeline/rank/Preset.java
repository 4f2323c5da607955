package io.gateau.pipeline.rank;

import io.gateau.math.ContextualAwareness.Importance;
import io.gateau.pipeline.rank.strategy.RankConfig;
import io.gateau.pipeline.rank.strategy.RankConfig.Difficulty;
import io.gateau.pipeline.rank.strategy.RankConfig.Normalisation;

/** Forms of the score that have a name: weight, importance, difficulty and normalisation. */
public enum Preset {
  /** The default: mean negative log-likelihoods, winsorised, min-max, alpha 0.8. */
  GATEAU,
  /** As the paper writes it: perplexities, min-max, alpha 0.8. */
  PAPER,
  /** As the published ranking script computes it. */
  GATEAU_SCRIPTS;

  /** The form, with the default strategy and seed. */
  public RankConfig config() {
    return switch (this) {
      case GATEAU -> RankConfig.DEFAULT;
      case PAPER -> form(Normalisation.MIN_MAX);
      case GATEAU_SCRIPTS -> form(Normalisation.GATEAU_SCRIPTS);
    };
  }

  private static RankConfig form(Normalisation normalisation) {
    RankConfig defaults = RankConfig.DEFAULT;
    return new RankConfig(
        defaults.strategy(),
        0.8,
        Importance.PERPLEXITY,
        Difficulty.PERPLEXITY,
        normalisation,
        0,
        defaults.mergeSegments(),
        defaults.seed());
  }
}
