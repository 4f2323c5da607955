package io.gateau.pipeline.plan;

import java.io.Serializable;

/**
 * Samples of about the same cost: they miss the same signals, and their lengths differ by less than
 * a tenth.
 *
 * @param stored which signals they have, as bits
 * @param octave length on a scale of eight steps to each doubling
 */
record SizeClass(long stored, int octave) implements Serializable {
  private static final int STEPS = 8;

  /** The class of a sample of so many characters. */
  static SizeClass of(long stored, long characters) {
    double doublings = Math.log((double) Math.max(1, characters)) / Math.log(2);
    return new SizeClass(stored, (int) (STEPS * doublings));
  }
}
