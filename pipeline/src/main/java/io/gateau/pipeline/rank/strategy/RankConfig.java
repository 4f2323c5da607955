package io.gateau.pipeline.rank.strategy;

import io.gateau.math.ContextualAwareness.Importance;
import io.gateau.math.GateauScore;
import java.io.Serializable;

/**
 * How samples are ranked: docs/method.md, "Scores". A strategy reads what its formula needs and
 * ignores the rest.
 *
 * @param strategy code of what samples are ranked by, one of {@link Strategies#codes}
 * @param alpha weight of homologous guidance in [0, 1]: GATEAU (arXiv 2410.15633) Eq. 6
 * @param importance of a segment in CAS
 * @param difficulty what HMP compares
 * @param normalisation what N is in Eq. 2 and 6
 * @param winsorise share of the samples at each end whose difficulties are clipped first, in [0,
 *     0.5); 0 = none. Shares of rank need no clipping, and ignore it
 * @param mergeSegments neighbouring segments that count as one in CAS, in [1, 1000]; 1 = each
 *     alone. It approximates what scoring with longer segments would give
 * @param seed hashed together with the id by the random strategy
 */
public record RankConfig(
    String strategy,
    double alpha,
    Importance importance,
    Difficulty difficulty,
    Normalisation normalisation,
    double winsorise,
    int mergeSegments,
    long seed)
    implements Serializable {
  /** The form that finds planted long-range samples best: docs/planted.md, "Which form wins". */
  public static final RankConfig DEFAULT =
      new RankConfig(
          "gateau", 0.8, Importance.PERPLEXITY, Difficulty.NLL, Normalisation.MIN_MAX, 0.01, 1, 0);

  private static final int MOST_MERGED = 1_000;

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

  /**
   * Checks every value but the strategy, which {@link Strategies#of} checks.
   *
   * @throws IllegalArgumentException if one is missing or outside its range
   */
  public RankConfig {
    if (strategy == null || importance == null || difficulty == null || normalisation == null) {
      throw new IllegalArgumentException("a part of the ranking's configuration is missing");
    }
    new GateauScore(alpha);
    checkWinsorise(winsorise);
    checkMergeSegments(mergeSegments);
  }

  /**
   * Checks a share that is clipped at each end.
   *
   * @throws IllegalArgumentException if it is outside [0, 0.5)
   */
  public static void checkWinsorise(double share) {
    if (!(share >= 0 && share < 0.5)) {
      throw new IllegalArgumentException(
          "winsorise %s is outside [0, 0.5); 0.01 clips one per cent at each end".formatted(share));
    }
  }

  /**
   * Checks how many segments count as one.
   *
   * @throws IllegalArgumentException if it is outside [1, 1000]
   */
  public static void checkMergeSegments(int members) {
    if (members < 1 || members > MOST_MERGED) {
      throw new IllegalArgumentException(
          "merge-segments %d is outside [1, %d]; 1 takes segments as they are stored"
              .formatted(members, MOST_MERGED));
    }
  }

  /** A copy with another weight of homologous guidance, in [0, 1]. */
  public RankConfig withAlpha(double other) {
    return new RankConfig(
        strategy, other, importance, difficulty, normalisation, winsorise, mergeSegments, seed);
  }

  /** A copy with another strategy. */
  public RankConfig withStrategy(String other) {
    return new RankConfig(
        other, alpha, importance, difficulty, normalisation, winsorise, mergeSegments, seed);
  }

  /** A copy in which so many neighbouring segments count as one in CAS, in [1, 1000]. */
  public RankConfig withMergeSegments(int other) {
    return new RankConfig(
        strategy, alpha, importance, difficulty, normalisation, winsorise, other, seed);
  }
}
