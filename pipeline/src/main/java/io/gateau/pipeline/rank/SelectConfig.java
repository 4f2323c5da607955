package io.gateau.pipeline.rank;

import io.gateau.pipeline.rank.strategy.RankConfig;
import io.gateau.pipeline.rank.strategy.Strategies;
import java.io.Serializable;

/**
 * How scored samples are ranked and how many are selected. Nothing here needs a forward pass.
 *
 * @param rank how they are ranked
 * @param budget how much is selected
 * @param scope what the budget holds for: the whole set, each source, or each length bucket
 */
public record SelectConfig(RankConfig rank, Budget budget, Scope scope) implements Serializable {
  /** The default ranking, and 30 per cent of it. */
  public static final SelectConfig DEFAULT =
      new SelectConfig(RankConfig.DEFAULT, new Budget.Percent(30), Scope.ALL);

  /** The rows that share one budget. */
  public enum Scope {
    /** All rows. */
    ALL,
    /** The rows of one source; rows without a source are one more. */
    SOURCE,
    /** The rows of one {@link io.gateau.math.LengthBucket} of the tokens of the sequence. */
    LENGTH
  }

  /**
   * Checks that nothing is missing and that the strategy is known.
   *
   * @throws IllegalArgumentException if not
   */
  public SelectConfig {
    if (rank == null || budget == null || scope == null) {
      throw new IllegalArgumentException("a part of the selection's configuration is missing");
    }
    Strategies.of(rank.strategy());
  }

  /** A copy with another ranking. */
  public SelectConfig withRank(RankConfig other) {
    return new SelectConfig(other, budget, scope);
  }
}
