package io.gateau.pipeline.rank;

import io.gateau.math.ContextualAwareness.Importance;
import io.gateau.math.GateauScore;
import java.io.Serializable;

/**
 * How scored samples are ranked and selected: docs/method.md, "Scores" and "Strategies". Nothing
 * here needs a forward pass.
 *
 * @param strategy what rows are ranked by
 * @param alpha weight of homologous guidance in [0, 1]: GATEAU (arXiv 2410.15633) Eq. 6
 * @param importance of a segment in CAS
 * @param difficulty what HMP compares
 * @param normalisation what N is in Eq. 2 and 6
 * @param winsorise share of the rows at each end whose difficulties are clipped first, in [0, 0.5);
 *     0 = none
 * @param budget how much is selected
 * @param scope whether the budget holds for the whole set or for each source
 * @param seed hashed together with the id by the random strategy
 */
public record SelectConfig(
    Strategy strategy,
    double alpha,
    Importance importance,
    Difficulty difficulty,
    Normalisation normalisation,
    double winsorise,
    Budget budget,
    Scope scope,
    long seed)
    implements Serializable {
  /** The form that finds planted long-range samples best: docs/planted.md, "Which form wins". */
  public static final SelectConfig DEFAULT =
      new SelectConfig(
          Strategy.GATEAU,
          0.8,
          Importance.PERPLEXITY,
          Difficulty.NLL,
          Normalisation.MIN_MAX,
          0.01,
          new Budget.Percent(30),
          Scope.ALL,
          0);

  /** How hard a response is for a model. */
  public enum Difficulty {
    /** Perplexity, as in Eq. 2; one huge value flattens a min-max. */
    PERPLEXITY,
    /** Its logarithm, the mean negative log-likelihood; not in the paper, but the default here. */
    NLL
  }

  /** What N is in Eq. 2, of each model's difficulty, and in Eq. 6, of HMP and CAS. */
  public enum Normalisation {
    /** Min-max everywhere, so that alpha is the share of each term. */
    MIN_MAX,
    /** Standard scores everywhere; not in the paper. */
    Z_SCORE,
    /** Shares of rank everywhere; not in the paper. */
    RANK,
    /**
     * What the published ranking script computes: min-max in Eq. 2; in Eq. 6 softmax over the data
     * set for HMP, and CAS as it is.
     */
    GATEAU_SCRIPTS
  }

  /** The rows that share one budget. */
  public enum Scope {
    /** All rows. */
    ALL,
    /** The rows of one source; rows without a source are one more. */
    SOURCE
  }

  /**
   * Checks every value.
   *
   * @throws IllegalArgumentException if one is missing or outside its range
   */
  public SelectConfig {
    if (strategy == null
        || importance == null
        || difficulty == null
        || normalisation == null
        || budget == null
        || scope == null) {
      throw new IllegalArgumentException("a part of the selection's configuration is missing");
    }
    new GateauScore(alpha);
    if (!(winsorise >= 0 && winsorise < 0.5)) {
      throw new IllegalArgumentException(
          "winsorise %s is outside [0, 0.5); 0.01 clips one per cent at each end"
              .formatted(winsorise));
    }
  }

  /** A copy with another weight of homologous guidance, in [0, 1]. */
  public SelectConfig withAlpha(double other) {
    return new SelectConfig(
        strategy, other, importance, difficulty, normalisation, winsorise, budget, scope, seed);
  }

  /** A copy with another strategy. */
  public SelectConfig withStrategy(Strategy other) {
    return new SelectConfig(
        other, alpha, importance, difficulty, normalisation, winsorise, budget, scope, seed);
  }
}
