package io.gateau.math;

/**
 * Softmax over a data set: exp(x - maximum) / total. Source: the published ranking script of
 * GATEAU. Over n rows the mean is 1 / n, so the values shrink as the data set grows.
 *
 * @param maximum largest value of the data set, finite
 * @param total sum of exp(x - maximum) over the data set, 1 or more
 */
public record Softmax(double maximum, double total) implements Scale {
  public Softmax {
    if (!Double.isFinite(maximum) || !(total >= 1 && total < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "maximum %s and total %s; the largest value adds 1 to the total"
              .formatted(maximum, total));
    }
  }

  /**
   * exp(value - maximum) / total, the same on every CPU.
   *
   * @return in [0, 1] for values up to the maximum; larger ones are not clipped; NaN for NaN
   */
  @Override
  public double of(double value) {
    return weight(value, maximum) / total;
  }

  /** What a value adds to the total. */
  public static double weight(double value, double maximum) {
    return StrictMath.exp(value - maximum);
  }
}
