package io.gateau.math;

/**
 * Lengths between one power of two and the next, so that a bucket does not depend on the data: the
 * bucket b holds sequences of at least 2^b and fewer than 2^(b + 1) tokens.
 */
public final class LengthBucket {
  private static final int BUCKETS = 32;

  private LengthBucket() {}

  /** The bucket of a length; 0 for lengths up to 1. */
  public static int of(int tokens) {
    return tokens <= 1 ? 0 : BUCKETS - 1 - Integer.numberOfLeadingZeros(tokens);
  }

  /** The shortest length of a bucket. */
  public static int from(int bucket) {
    return 1 << bucket;
  }
}
