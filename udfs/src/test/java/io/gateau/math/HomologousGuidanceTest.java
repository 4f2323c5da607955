package io.gateau.math;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class HomologousGuidanceTest {

  private static final HomologousGuidance GUIDANCE =
      new HomologousGuidance(new MinMax(10, 30), new MinMax(5, 9));

  /*
   * A: 10 .. 30, B: 5 .. 9
   *   short 30, long 5   1    - 0    = 1      hard for A, easiest for B
   *   short 10, long 9   0    - 1    = -1
   *   short 25, long 6   0.75 - 0.25 = 0.5
   *   short 20, long 7   0.5  - 0.5  = 0
   */
  @Test
  void itIsWhatTheShortModelFindsHarderThanTheLongOne() {
    assertEquals(1, GUIDANCE.of(30, 5), 0);
    assertEquals(-1, GUIDANCE.of(10, 9), 0);
    assertEquals(0.5, GUIDANCE.of(25, 6), 0);
    assertEquals(0, GUIDANCE.of(20, 7), 0);
  }

  @Test
  void oneModelAgainstItselfGivesNoGuidance() {
    HomologousGuidance self = new HomologousGuidance(new MinMax(1, 8), new MinMax(1, 8));
    Random random = new Random(4);
    for (int trial = 0; trial < 100; trial++) {
      double perplexity = 1 + 7 * random.nextDouble();
      assertEquals(0, self.of(perplexity, perplexity), 0);
    }
  }

  @Test
  void randomTrialsAgreeWithTheFormulaAndStayInRange() {
    Random random = new Random(5);
    for (int trial = 0; trial < 200; trial++) {
      double hard = 10 + 20 * random.nextDouble();
      double easy = 5 + 4 * random.nextDouble();

      double value = GUIDANCE.of(hard, easy);
      assertEquals((hard - 10) / 20 - (easy - 5) / 4, value, 1e-15);
      assertTrue(value >= -1 && value <= 1);
    }
  }

  @Test
  void nanStaysNan() {
    assertTrue(Double.isNaN(GUIDANCE.of(Double.NaN, 6)));
    assertTrue(Double.isNaN(GUIDANCE.of(20, Double.NaN)));
  }

  @Test
  void aMissingScaleIsRefused() {
    var thrown =
        assertThrows(
            IllegalArgumentException.class, () -> new HomologousGuidance(new MinMax(0, 1), null));

    assertEquals("homologous guidance needs both scales", thrown.getMessage());
  }
}
