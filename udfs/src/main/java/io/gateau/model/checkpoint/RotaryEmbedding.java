package io.gateau.model.checkpoint;

import java.util.function.DoubleUnaryOperator;

/**
 * The rotary position embedding: at position p, pair i of a head is rotated by p times the pair's
 * frequency. Cosines and sines are computed in double and used in the model's dtype. Source:
 * RoFormer (arXiv 2104.09864), section 3.2.2.
 *
 * @param rotated how many numbers of a head are rotated, even; the others pass unchanged
 * @param theta rotary base, positive and at most 1e12
 * @param scaling how the frequencies follow from the base and from the length of the sequence
 */
public record RotaryEmbedding(int rotated, double theta, RotaryScaling scaling) {
  /** A thousand times the largest base of a published model, and more. */
  private static final double LARGEST_THETA = 1e12;

  public RotaryEmbedding {
    if (rotated < 2 || rotated % 2 != 0) {
      throw new IllegalArgumentException(
          "the rotary embedding turns pairs, but %s numbers of a head are rotated"
              .formatted(rotated));
    }
    if (!(theta > 0) || Double.isInfinite(theta)) {
      throw new IllegalArgumentException("rope_theta %s is not positive".formatted(theta));
    }
    if (theta > LARGEST_THETA) {
      throw new IllegalArgumentException(
          "rope_theta %s is above %s, and rotates next to nothing; bases in use are 10000 to 1e9"
              .formatted(theta, LARGEST_THETA));
    }
  }

  /** This embedding with another base, which the scaling is then computed from. */
  RotaryEmbedding withTheta(double other) {
    return new RotaryEmbedding(rotated, other, scaling);
  }

  /** (rotated / 2) frequencies in a sequence of {@code tokens} tokens, in radians per token. */
  public double[] frequencies(int tokens) {
    return scaling.frequencies(rotated, theta, tokens);
  }

  /** What cosines and sines are multiplied by. */
  public double attentionFactor() {
    return scaling.attentionFactor();
  }

  /** (tokens, rotated / 2) cosines, row by row, of positions 0 to tokens - 1. */
  public float[] cosines(int tokens) {
    return table(tokens, Math::cos);
  }

  /** (tokens, rotated / 2) sines, row by row, of positions 0 to tokens - 1. */
  public float[] sines(int tokens) {
    return table(tokens, Math::sin);
  }

  private float[] table(int tokens, DoubleUnaryOperator function) {
    double[] frequencies = frequencies(tokens);
    float[] table = new float[tokens * frequencies.length];
    for (int position = 0; position < tokens; position++) {
      for (int pair = 0; pair < frequencies.length; pair++) {
        table[position * frequencies.length + pair] =
            (float) (attentionFactor() * function.applyAsDouble(position * frequencies[pair]));
      }
    }
    return table;
  }
}
