package io.gateau.math;

/**
 * Min-max normalisation over a data set: (x - minimum) / (maximum - minimum), 0.5 when all are
 * equal. Source: GATEAU (arXiv 2410.15633) Eq. 2 and 5; the all-equal case is ours. A value outside
 * the fitted range gets the place of the end that it is beyond.
 *
 * @param minimum smallest value of the data set, finite
 * @param maximum largest value of the data set, finite, not below the minimum
 */
public record MinMax(double minimum, double maximum) implements Scale {
  public MinMax {
    if (!Double.isFinite(minimum) || !Double.isFinite(maximum) || minimum > maximum) {
      throw new IllegalArgumentException(
          "[%s, %s] is not a finite range; only finite values enter it"
              .formatted(minimum, maximum));
    }
  }

  /**
   * (value - minimum) / (maximum - minimum).
   *
   * @return in [0, 1]; values outside the range are clipped to its ends; NaN for NaN
   */
  @Override
  public double of(double value) {
    if (minimum == maximum) {
      return Double.isNaN(value) ? Double.NaN : 0.5;
    }
    double clipped = Math.min(maximum, Math.max(minimum, value));
    // The difference of two large finite numbers may overflow; half of a tiny one may vanish.
    double scale = Double.isInfinite(maximum - minimum) ? 0.5 : 1;
    return (clipped * scale - minimum * scale) / (maximum * scale - minimum * scale);
  }
}
