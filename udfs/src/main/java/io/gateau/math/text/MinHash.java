package io.gateau.math.text;

import java.util.Arrays;

/**
 * MinHash signatures: of each of {@value #FUNCTIONS} hash functions the smallest value over a set.
 * Two sets agree at one place of their signatures with a chance that is their Jaccard similarity.
 * The functions are h_k(x) = a_k x + b_k modulo 2^64 with odd a_k, the same in every run; shingles
 * are hashes, so x is spread evenly already.
 *
 * <p>Source: Broder, On the resemblance and containment of documents (1997).
 */
public final class MinHash {
  /** Numbers of one signature. */
  public static final int FUNCTIONS = 128;

  private static final long[] FACTORS = new long[FUNCTIONS];
  private static final long[] SUMMANDS = new long[FUNCTIONS];

  static {
    for (int k = 0; k < FUNCTIONS; k++) {
      FACTORS[k] = Mix.of(2L * k + 1) | 1;
      SUMMANDS[k] = Mix.of(2L * k + 2);
    }
  }

  private MinHash() {}

  /** The signature of a set with at least one number. */
  public static long[] signature(long[] shingles) {
    long[] least = new long[FUNCTIONS];
    Arrays.fill(least, Long.MAX_VALUE);
    for (long shingle : shingles) {
      for (int k = 0; k < FUNCTIONS; k++) {
        least[k] = Math.min(least[k], FACTORS[k] * shingle + SUMMANDS[k]);
      }
    }
    return least;
  }

  /**
   * The signature of two sets together: it agrees at one place where both signatures agree there,
   * with a chance that is the product of the two similarities.
   */
  public static long[] together(long[] first, long[] second) {
    long[] both = new long[FUNCTIONS];
    for (int k = 0; k < FUNCTIONS; k++) {
      both[k] = Mix.of(first[k] * Mix.ODD + second[k]);
    }
    return both;
  }
}
