package io.gateau.pipeline;

import io.gateau.math.ContextualAwareness.Importance;
import io.gateau.math.GateauScore;
import java.io.Serializable;

/**
 * How scored samples are ranked and selected; none of it causes inference.
 *
 * @param strategy by what rows are ranked
 * @param alpha weight of homologous guidance in [0, 1]: GATEAU (arXiv 2410.15633) Eq. 6
 * @param importance what stands for a segment's importance in CAS
 * @param normalisation what N is in Eq. 6
 * @param winsorise share of the rows at each end whose perplexities are clipped before min-max, in
 *     [0, 0.5); 0 = none
 * @param amount how much is selected
 * @param scope whether {@code amount} holds for the whole set or for each source
 * @param seed what the random strategy hashes beside the id
 */
public record SelectConfig(
    Strategy strategy,
    double alpha,
    Importance importance,
    Normalisation normalisation,
    double winsorise,
    Amount amount,
    Scope scope,
    long seed)
    implements Serializable {
  public static final SelectConfig DEFAULT =
      new SelectConfig(
          Strategy.GATEAU,
          0.8,
          Importance.PERPLEXITY,
          Normalisation.GATEAU,
          0,
          new Amount.Percent(30),
          Scope.ALL,
          0);

  /** What N is in Eq. 6. */
  public enum Normalisation {
    /** Min-max for both terms, so that alpha is the share of each: ours. */
    GATEAU,
    /**
     * Softmax over the data set for HMP, CAS as it is: what the published ranking script computes.
     */
    GATEAU_SCRIPTS
  }

  /** Over what an amount is counted. */
  public enum Scope {
    ALL,
    SOURCE
  }

  public SelectConfig {
    if (strategy == null
        || importance == null
        || normalisation == null
        || amount == null
        || scope == null) {
      throw new IllegalArgumentException("a part of the selection's configuration is missing");
    }
    new GateauScore(alpha);
    if (!(winsorise >= 0 && winsorise < 0.5)) {
      throw new IllegalArgumentException(
          "winsorise " + winsorise + " is outside [0, 0.5); 0.01 clips one per cent at each end");
    }
  }
}
