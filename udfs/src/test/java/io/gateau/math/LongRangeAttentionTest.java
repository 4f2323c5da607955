package io.gateau.math;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Two heads over four tokens: 16 entries each, of which 10 are pairs that a query sees, and 6 of
 * these stand one token or more apart.
 *
 * <pre>
 *   head  far weights             sum   sum of squares  DS     Var
 *   1     0.5, 0.25, 0.25, 0 0 0  1     0.375           0.25   (0.375 - 1/16) / 15 = 0.3125 / 15
 *   2     all 0                   0     0               0      0
 *   mean                                                0.125  0.15625 / 15 = 0.01041667
 * </pre>
 */
class LongRangeAttentionTest {
  @Test
  void strengthAndUniformityAreMeansOverTheHeads() {
    LongRangeAttention attention =
        LongRangeAttention.of(new double[] {1, 0}, new double[] {0.375, 0}, 4);

    assertEquals(0.125, attention.strength(), 1e-15);
    assertEquals(-0.15625 / 15, attention.uniformity(), 1e-15);
  }

  /* Nine entries of 1/9: no variance, and rounding gives none that is negative. */
  @Test
  void equalEntriesHaveNoVariance() {
    double square = 9 * (1 / 9.0) * (1 / 9.0);

    assertEquals(0, LongRangeAttention.of(new double[] {1}, new double[] {square}, 3).uniformity());
  }

  @Test
  void theVarianceIsThatOfAllEntriesOneByOne() {
    Random random = new Random(3);
    int tokens = 12;
    double[] entries = new double[tokens * tokens];
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < entries.length; i += 3) {
      entries[i] = random.nextDouble() / tokens;
      sum += entries[i];
      squares += entries[i] * entries[i];
    }
    double distances = 0;
    for (double entry : entries) {
      distances += Math.pow(entry - sum / entries.length, 2);
    }
    LongRangeAttention attention =
        LongRangeAttention.of(new double[] {sum}, new double[] {squares}, tokens);

    assertEquals(-distances / (entries.length - 1), attention.uniformity(), 1e-16);
    assertEquals(sum / tokens, attention.strength(), 1e-16);
  }

  @Test
  void nanStaysNan() {
    LongRangeAttention attention =
        LongRangeAttention.of(new double[] {Double.NaN, 1}, new double[] {Double.NaN, 1}, 4);

    assertTrue(Double.isNaN(attention.strength()) && Double.isNaN(attention.uniformity()));
  }

  @Test
  void whatIsNoAttentionIsAnError() {
    assertEquals(
        "sums of 1 heads and squares of 2, of 4 tokens; both must be of one head or more, and of"
            + " two tokens or more",
        assertThrows(
                IllegalArgumentException.class,
                () -> LongRangeAttention.of(new double[1], new double[2], 4))
            .getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> LongRangeAttention.of(new double[0], new double[0], 4));
    assertThrows(
        IllegalArgumentException.class,
        () -> LongRangeAttention.of(new double[1], new double[1], 1));
  }
}
