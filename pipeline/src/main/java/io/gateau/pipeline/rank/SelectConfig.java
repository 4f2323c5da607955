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
 * @param shares what of it sources get, if it holds for the whole set
 */
public record SelectConfig(RankConfig rank, Budget budget, Scope scope, SourceShares shares)
    implements Serializable {
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
   * Checks that nothing is missing, that the parts go together and that the strategy is known.
   *
   * @throws IllegalArgumentException if not
   */
  public SelectConfig {
    if (rank == null || budget == null || scope == null || shares == null) {
      throw new IllegalArgumentException("a part of the selection's configuration is missing");
    }
    if (!shares.equals(SourceShares.ANY)
        && (scope != Scope.ALL || budget instanceof Budget.FilledTokens)) {
      throw new IllegalArgumentException(
          "shares of sources divide one budget for the whole set, whose first row that does not fit ends it; leave per and fill, or the shares out");
    }
    Strategies.of(rank.strategy());
  }

  /** Without shares of sources. */
  public SelectConfig(RankConfig rank, Budget budget, Scope scope) {
    this(rank, budget, scope, SourceShares.ANY);
  }

  /** Whether what is selected is the top of one ranking: all rows above a cut and none below. */
  public boolean hasOneCut() {
    return scope == Scope.ALL
        && shares.equals(SourceShares.ANY)
        && !(budget instanceof Budget.FilledTokens);
  }

  /** A copy with another ranking. */
  public SelectConfig withRank(RankConfig other) {
    return new SelectConfig(other, budget, scope, shares);
  }

  /** A copy with another budget. */
  public SelectConfig withBudget(Budget other) {
    return new SelectConfig(rank, other, scope, shares);
  }
}
