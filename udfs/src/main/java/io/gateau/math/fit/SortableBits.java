package io.gateau.math.fit;

/** Numbers as whole numbers in the same order, so that an interval of them can be divided. */
final class SortableBits {
  private SortableBits() {}

  /**
   * The bits of a value: larger for a larger value, equal for equal ones, 0 and -0 included.
   *
   * @throws IllegalArgumentException if the value is NaN or infinite
   */
  static long of(double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(
          "%s enters a scale; leave out rows whose terms are not finite".formatted(value));
    }
    // The sum of -0 and 0 is 0.
    return flip(Double.doubleToRawLongBits(value + 0.0));
  }

  /** The value of such bits. */
  static double value(long bits) {
    return Double.longBitsToDouble(flip(bits));
  }

  /** Turns the order of negative numbers round; its own inverse. */
  private static long flip(long bits) {
    return bits ^ ((bits >> 63) & Long.MAX_VALUE);
  }
}
