package io.gateau.math;

/**
 * How much, and how evenly, tokens attend to tokens that are far before them: LongAttn (arXiv
 * 2502.16860) section 3.
 *
 * <pre>
 *   M_h  attention weights of head h, (L, L), those of pairs closer than L / 4 set to 0
 *   DS   = mean_h (1 / L) sum M_h              dependency strength
 *   DU   = mean_h -Var(M_h)                    uniformity of the dependency
 * </pre>
 *
 * Var is over all L * L entries, zeros included, and divides by L * L - 1, as the published code
 * does.
 *
 * @param strength DS, in [0, 1]
 * @param uniformity DU, at most 0
 */
public record LongRangeAttention(double strength, double uniformity) {
  /**
   * Of the heads of one layer.
   *
   * @param sums (H), the sum of each head's M
   * @param squares (H), the sum of the squares of each head's M
   * @param tokens L, at least 2
   * @throws IllegalArgumentException if there is no head, the numbers of heads differ, or {@code
   *     tokens} is below 2
   */
  public static LongRangeAttention of(double[] sums, double[] squares, int tokens) {
    if (sums.length == 0 || sums.length != squares.length || tokens < 2) {
      throw new IllegalArgumentException(
          "sums of %d heads and squares of %d, of %d tokens; both must be of one head or more, and of two tokens or more"
              .formatted(sums.length, squares.length, tokens));
    }
    double entries = (double) tokens * tokens;
    double strength = 0;
    double uniformity = 0;
    for (int head = 0; head < sums.length; head++) {
      strength += sums[head] / tokens;
      // By rounding the variance could fall below 0 where all entries are nearly equal.
      uniformity -=
          Math.max(0, (squares[head] - sums[head] * sums[head] / entries) / (entries - 1));
    }
    return new LongRangeAttention(strength / sums.length, uniformity / sums.length);
  }
}
