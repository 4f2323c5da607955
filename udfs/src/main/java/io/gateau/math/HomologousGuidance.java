package io.gateau.math;

import java.io.Serializable;

/**
 * Homologous Models' Guidance: how much harder a response is for the short-context model A than for
 * the long-context model B of the same family. Each perplexity is normalised over the data set
 * first, by min-max in the paper. Source: GATEAU (arXiv 2410.15633) Eq. 2, HMP. Ours: logarithms of
 * perplexities or ranks may take their place.
 *
 * @param shortScale of the perplexities under A
 * @param longScale of the perplexities under B
 */
public record HomologousGuidance(Scale shortScale, Scale longScale) implements Serializable {
  public HomologousGuidance {
    if (shortScale == null || longScale == null) {
      throw new IllegalArgumentException("homologous guidance needs both scales");
    }
  }

  /**
   * N(short perplexity) - N(long perplexity).
   *
   * @param shortPerplexity of the response under A
   * @param longPerplexity of the response under B
   * @return in [-1, 1] for min-max; high = hard for A and easy for B, so the sample needs the long
   *     context; NaN for NaN
   */
  public double of(double shortPerplexity, double longPerplexity) {
    return shortScale.of(shortPerplexity) - longScale.of(longPerplexity);
  }
}
