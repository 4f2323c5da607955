package io.gateau.model;

import java.util.function.DoubleUnaryOperator;

/**
 * The angles of the rotary position embedding: position p turns pair i of a head by p times the
 * pair's frequency. Computed in double and handed over in float32. Source: RoFormer (arXiv
 * 2104.09864), section 3.2.2.
 *
 * @param rotated how many numbers of a head are rotated, even; the others pass unchanged
 * @param theta rotary base
 * @param scaling how the frequencies follow from the base, and from the length of the text
 */
record RotaryEmbedding(int rotated, double theta, RotaryScaling scaling) {
  RotaryEmbedding {
    if (rotated < 2 || rotated % 2 != 0) {
      throw new IllegalArgumentException(
          "the rotary embedding turns pairs, but " + rotated + " numbers of a head are rotated");
    }
    if (!(theta > 0) || Double.isInfinite(theta)) {
      throw new IllegalArgumentException("rope_theta " + theta + " is not positive");
    }
  }

  /** The same scaling over another base. */
  RotaryEmbedding withTheta(double other) {
    return new RotaryEmbedding(rotated, other, scaling);
  }

  /** (tokens, rotated / 2) cosines, row by row, of positions 0 to tokens - 1. */
  float[] cosines(int tokens) {
    return table(tokens, Math::cos);
  }

  /** (tokens, rotated / 2) sines, row by row, of positions 0 to tokens - 1. */
  float[] sines(int tokens) {
    return table(tokens, Math::sin);
  }

  private float[] table(int tokens, DoubleUnaryOperator function) {
    int pairs = rotated / 2;
    float[] table = new float[tokens * pairs];
    double[] frequencies = scaling.frequencies(rotated, theta, tokens);
    double factor = scaling.attentionFactor();
    for (int pair = 0; pair < pairs; pair++) {
      for (int position = 0; position < tokens; position++) {
        table[position * pairs + pair] =
            (float) (factor * function.applyAsDouble(position * frequencies[pair]));
      }
    }
    return table;
  }
}
