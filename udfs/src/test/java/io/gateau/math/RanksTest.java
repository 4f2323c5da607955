package io.gateau.math;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RanksTest {

  /*
   * 3, 1, 3, -0, 0, 9 -> sorted 0 0 1 3 3 9: ranks 1.5 1.5 3 4.5 4.5 6
   */
  @Test
  void equalValuesShareTheMeanOfTheirRanks() {
    assertArrayEquals(
        new double[] {4.5, 3, 4.5, 1.5, 1.5, 6}, Ranks.of(new double[] {3, 1, 3, -0.0, 0, 9}), 0);
    assertArrayEquals(new double[0], Ranks.of(new double[0]), 0);
  }

  @Test
  void theShareOfARankIsItsPlaceBetweenTheSmallestAndTheLargest() {
    assertEquals(0, Ranks.share(0, 1, 6), 0);
    assertEquals(0.1, Ranks.share(0, 2, 6), 1e-15);
    assertEquals(0.7, Ranks.share(3, 2, 6), 1e-15);
    assertEquals(1, Ranks.share(5, 1, 6), 0);
    assertEquals(0.5, Ranks.share(0, 6, 6), 0);
    assertEquals(0.5, Ranks.share(0, 1, 1), 0);
  }

  @Test
  void randomValuesAgreeWithCounting() {
    Random random = new Random(3);
    for (int trial = 0; trial < 100; trial++) {
      double[] values = random.ints(1 + random.nextInt(30), 0, 10).asDoubleStream().toArray();
      double[] ranks = Ranks.of(values);
      for (int i = 0; i < values.length; i++) {
        int below = 0;
        int equal = 0;
        for (double other : values) {
          below += other < values[i] ? 1 : 0;
          equal += other == values[i] ? 1 : 0;
        }
        assertEquals(below + (equal + 1) / 2.0, ranks[i], 0);
        if (values.length > 1) {
          assertEquals(
              (ranks[i] - 1) / (values.length - 1),
              Ranks.share(below, equal, values.length),
              1e-15);
        }
      }
    }
  }

  @Test
  void whatHasNoRankIsRefused() {
    var nan =
        assertThrows(IllegalArgumentException.class, () -> Ranks.of(new double[] {1, Double.NaN}));
    var outside = assertThrows(IllegalArgumentException.class, () -> Ranks.share(3, 2, 4));

    assertEquals("NaN has no rank", nan.getMessage());
    assertEquals(
        "3 values below and 2 equal ones do not make a rank among 4", outside.getMessage());
  }
}
