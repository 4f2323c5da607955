package io.gateau.math;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/**
 * A text of 1,000 tokens; spans 200 tokens apart.
 *
 * <pre>
 *   j    PFS at 200, 400, ...  deviation                 sum of (d / L) PFS        AFS        (j / L) AFS
 *   800  0.1  0.3              sqrt(0.02 / 1) = 0.141421  0.2 0.1 + 0.4 0.3 = 0.14  0.0197990  0.0158392
 *   600  0.2  0.2  0.2         0                          0.24                      0          0
 *   500  0.5  0    0.1         sqrt(0.14 / 2) = 0.264575  0.2 0.5 + 0.6 0.1 = 0.16  0.0423320  0.0211660
 *   mean                                                                                       0.0123351
 * </pre>
 */
class ContextualDependencyTest {
  private static final double[][] FOCUS = {{0.1, 0.3}, {0.2, 0.2, 0.2}, {0.5, 0, 0.1}};
  private static final int[] STARTS = {800, 600, 500};

  @Test
  void theScoreIsTheMeanOverTheSpansThatAsk() {
    double expected = (0.8 * Math.sqrt(0.02) * 0.14 + 0.5 * Math.sqrt(0.07) * 0.16) / 3;

    assertEquals(0.0123351, expected, 1e-7);
    assertEquals(expected, ContextualDependency.of(FOCUS, STARTS, 200, 1_000), 1e-16);
  }

  @Test
  void oneSpanIsItsOwnMean() {
    assertEquals(
        0.0158392,
        ContextualDependency.of(new double[][] {FOCUS[0]}, new int[] {800}, 200, 1_000),
        1e-7);
  }

  /* Twice the attention: twice the deviation and twice the sum. */
  @Test
  void twiceTheAttentionIsFourTimesTheScore() {
    double once = ContextualDependency.of(FOCUS, STARTS, 200, 1_000);
    double[][] twice = {{0.2, 0.6}, {0.4, 0.4, 0.4}, {1, 0, 0.2}};

    assertEquals(4 * once, ContextualDependency.of(twice, STARTS, 200, 1_000), 1e-15);
  }

  @Test
  void nanStaysNan() {
    assertTrue(
        Double.isNaN(
            ContextualDependency.of(
                new double[][] {{0.1, Double.NaN}}, new int[] {800}, 200, 1_000)));
  }

  @Test
  void tooFewSpansAreAnError() {
    assertEquals(
        "the attention to 1 spans has no deviation; it takes two",
        assertThrows(
                IllegalArgumentException.class,
                () -> ContextualDependency.of(new double[1][1], new int[1], 200, 1_000))
            .getMessage());
    assertEquals(
        "2 spans with attention and 1 starts; both must be of the same spans, one or more",
        assertThrows(
                IllegalArgumentException.class,
                () -> ContextualDependency.of(new double[2][2], new int[1], 200, 1_000))
            .getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> ContextualDependency.of(new double[0][], new int[0], 200, 1_000));
  }
}
