package io.gateau.pipeline.read.parquet;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Numbers of two bytes (IEEE 754 binary16). */
final class Halves {

  private static final int FRACTION_BITS = 10;
  private static final int LARGEST_EXPONENT = 31;
  private static final int BIAS = 15;

  private Halves() {}

  /** The value of two bytes, the lower one first. */
  static float toFloat(ByteBuffer bytes) {
    int bits = bytes.order(ByteOrder.LITTLE_ENDIAN).getShort(bytes.position());
    int exponent = bits >> FRACTION_BITS & LARGEST_EXPONENT;
    int fraction = bits & (1 << FRACTION_BITS) - 1;
    float size;
    if (exponent == LARGEST_EXPONENT) {
      size = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
    } else if (exponent == 0) {
      size = Math.scalb((float) fraction, 1 - BIAS - FRACTION_BITS);
    } else {
      size = Math.scalb((float) (fraction | 1 << FRACTION_BITS), exponent - BIAS - FRACTION_BITS);
    }
    return bits < 0 ? -size : size;
  }
}
