package io.gateau.math;

import java.io.Serializable;

/**
 * Homologous Models' Guidance: how much harder a response is for the short-context model A than for
 * its long-context sibling B, each perplexity first brought to [0, 1] over the data set. Source:
 * GATEAU (arXiv 2410.15633) Eq. 2, HMP.
 *
 * @param shortRange range of the perplexities under A
 * @param longRange range of the perplexities under B
 */
public record HomologousGuidance(MinMax shortRange, MinMax longRange) implements Serializable {
  public HomologousGuidance {
    if (shortRange == null || longRange == null) {
      throw new IllegalArgumentException("homologous guidance needs both ranges");
    }
  }

  /**
   * mm(short perplexity) - mm(long perplexity).
   *
   * @return in [-1, 1]; high = hard for A, easy for B: the sample needs the long context
   */
  public double of(double shortPerplexity, double longPerplexity) {
    return shortRange.of(shortPerplexity) - longRange.of(longPerplexity);
  }
}
