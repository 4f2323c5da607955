package io.gateau.math;

import java.io.Serializable;

/**
 * The GATEAU score of a sample: alpha * N(HMP) + (1 - alpha) * N(CAS). Source: GATEAU (arXiv
 * 2410.15633) Eq. 6, with alpha 0.8, or 0.7 when short instruction data is scarce (section 4.1).
 * With min-max for both terms (ours) alpha is the share of the first term.
 *
 * @param alpha weight of homologous guidance, in [0, 1]
 */
public record GateauScore(double alpha) implements Serializable {
  public GateauScore {
    if (!(alpha >= 0 && alpha <= 1)) {
      throw new IllegalArgumentException(
          "alpha %s is outside [0, 1]; use 0.8 for the usual setting".formatted(alpha));
    }
  }

  /**
   * The weighted sum of the two normalised terms. A term of weight 0 does not count, even if it is
   * NaN.
   *
   * @param homologousGuidance N(HMP)
   * @param contextualAwareness N(CAS)
   * @return in [0, 1] if both terms are; NaN if a term that counts is
   */
  public double of(double homologousGuidance, double contextualAwareness) {
    return (alpha == 0 ? 0 : alpha * homologousGuidance)
        + (alpha == 1 ? 0 : (1 - alpha) * contextualAwareness);
  }
}
