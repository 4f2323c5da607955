package io.gateau.pipeline.plan;

import java.io.Serializable;

/**
 * Samples of about the same cost: they miss the same signals, and their lengths differ by an eighth
 * at most. Whole numbers decide, so that the machines of a cluster agree on the class of a length.
 *
 * @param stored which signals they have, as bits
 * @param step length on a scale of eight steps to each doubling
 */
record SizeClass(long stored, int step) implements Serializable {
  private static final int STEP_BITS = 3;

  /** The class of a sample of so many characters. */
  static SizeClass of(long stored, long characters) {
    long length = Math.max(1, characters);
    int doublings = Long.SIZE - 1 - Long.numberOfLeadingZeros(length);
    long aligned =
        doublings < STEP_BITS
            ? length << (STEP_BITS - doublings)
            : length >>> (doublings - STEP_BITS);
    int steps = 1 << STEP_BITS;
    return new SizeClass(stored, steps * doublings + (int) aligned - steps);
  }
}
