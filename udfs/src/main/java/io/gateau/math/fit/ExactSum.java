package io.gateau.math.fit;

import java.io.Serializable;
import java.math.BigInteger;

/**
 * A sum of doubles as if with unlimited precision, rounded once at the end: no order of the
 * summands changes it. The sum is a whole number of 2^-1074, the smallest double, held in limbs of
 * 32 bits; each limb has room for the carries of 2^30 additions.
 */
final class ExactSum implements Serializable {
  private static final int LIMB = 32;
  private static final long LIMB_MASK = 0xFFFF_FFFFL;
  private static final int SMALLEST_EXPONENT = -1074;
  private static final int CARRY_AFTER = 1 << 30;

  /** 2^1024 is above every double; two limbs more hold the sum of 2^63 of them. */
  private static final int LIMBS = (1024 - SMALLEST_EXPONENT) / LIMB + 3;

  private final long[] limbs = new long[LIMBS];
  private int additions;

  /** Adds a finite number. */
  void add(double number) {
    if (!Double.isFinite(number)) {
      throw new IllegalArgumentException("%s enters a sum".formatted(number));
    }
    long bits = Double.doubleToRawLongBits(number);
    int exponent = Math.max(1, (int) (bits >>> 52) & 0x7FF);
    long fraction = bits & 0xF_FFFF_FFFF_FFFFL;
    long mantissa = Math.abs(number) < Double.MIN_NORMAL ? fraction : fraction | 1L << 52;
    int position = exponent - 1;
    int limb = position / LIMB;
    int offset = position % LIMB;
    long sign = bits < 0 ? -1 : 1;
    limbs[limb] += sign * ((mantissa << offset) & LIMB_MASK);
    limbs[limb + 1] += sign * ((mantissa >>> (LIMB - offset)) & LIMB_MASK);
    // A shift by 64 would be one by 0.
    limbs[limb + 2] += offset == 0 ? 0 : sign * (mantissa >>> (2 * LIMB - offset));
    if (++additions == CARRY_AFTER) {
      carry();
    }
  }

  /** Adds another sum. */
  void add(ExactSum other) {
    carry();
    other.carry();
    for (int i = 0; i < LIMBS; i++) {
      limbs[i] += other.limbs[i];
    }
    additions += other.additions;
  }

  private void carry() {
    for (int i = 0; i < LIMBS - 1; i++) {
      limbs[i + 1] += limbs[i] >> LIMB;
      limbs[i] &= LIMB_MASK;
    }
    additions = 1;
  }

  /** The sum, rounded to the nearest double. */
  double rounded() {
    BigInteger sum = BigInteger.ZERO;
    for (int i = LIMBS - 1; i >= 0; i--) {
      sum = sum.shiftLeft(LIMB).add(BigInteger.valueOf(limbs[i]));
    }
    // 62 bits and a mark for any below them: rounding them is rounding the sum.
    int dropped = Math.max(0, sum.bitLength() - 62);
    BigInteger top = sum.shiftRight(dropped);
    boolean exact = top.shiftLeft(dropped).equals(sum);
    BigInteger marked = exact ? top.shiftLeft(1) : top.shiftLeft(1).setBit(0);
    return Math.scalb(marked.doubleValue(), dropped - 1 + SMALLEST_EXPONENT);
  }
}
