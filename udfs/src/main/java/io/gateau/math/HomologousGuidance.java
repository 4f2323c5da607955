package io.gateau.math;

import java.io.Serializable;

/**
 * Homologous Models' Guidance: how much harder a response is for the short-context model A than for
 * its long-context sibling B, each perplexity first brought to one scale over the data set: min-max
 * in the paper. Source: GATEAU (arXiv 2410.15633) Eq. 2, HMP. In place of perplexities, their
 * logarithms or ranks may be given; that is ours.
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
   * @return in [-1, 1] for min-max; high = hard for A, easy for B: the sample needs the long
   *     context
   */
  public double of(double shortPerplexity, double longPerplexity) {
    return shortScale.of(shortPerplexity) - longScale.of(longPerplexity);
  }
}
