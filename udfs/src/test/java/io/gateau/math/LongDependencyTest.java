package io.gateau.math;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class LongDependencyTest {
  private static double[] losses(double... perplexities) {
    return java.util.Arrays.stream(perplexities).map(Math::log).toArray();
  }

  /*
   * Three segments, N = 3. Pairs 1|0, 2|0, 2|1. PPL alone 10, 10, 10.
   *   1|0: PPL 5: one pair, so DSP 0, whatever DST.
   *   2|0: PPL 8, drop 2, DST 0.2, DDI (2 - 0) / 2 = 1
   *   2|1: PPL 10, drop 0, DST 0: does not count
   *   DSP of 2: softmax(2, 0) = 0.880797, 0.119203; H = 0.365334; ln 2 = 0.693147: 0.472935
   *   score (0.2 + 1) * 0.472935 = 0.567522
   */
  @Test
  void strengthAndDistanceCountWithSpecificity() {
    assertEquals(0.472935, LongDependency.specificity(new double[] {2, 0}), 1e-6);
    assertEquals(0.567522, LongDependency.of(losses(10, 10, 10), losses(5, 8, 10)), 1e-6);
  }

  /* The nearer segment helps instead: DDI 1/2, (0.2 + 0.5) * 0.472935. */
  @Test
  void helpFromFarCountsMoreThanHelpFromNear() {
    assertEquals(0.331055, LongDependency.of(losses(10, 10, 10), losses(5, 10, 8)), 1e-6);
  }

  /* A drop of a tenth is not more than a tenth. */
  @Test
  void weakHelpDoesNotCount() {
    assertEquals(0, LongDependency.of(losses(10, 10, 10), losses(10, 9.0001, 10)), 0);
    assertEquals(0, LongDependency.of(losses(10, 10, 10), losses(10, 12, 30)), 0);
  }

  @Test
  void specificityLiesBetweenEvenHelpAndOneHelper() {
    assertEquals(0, LongDependency.specificity(new double[] {3, 3, 3, 3}), 1e-15);
    assertEquals(1, LongDependency.specificity(new double[] {900, 0, 0}), 1e-15);
    assertEquals(0, LongDependency.specificity(new double[] {7}), 0);
  }

  @Test
  void noNumberStaysNoNumberAndCountsMustFit() {
    assertEquals(Double.NaN, LongDependency.of(losses(10, 10, Double.NaN), losses(5, 8, 10)), 0);
    assertEquals(
        "3 segments have 3 pairs, not 2; two segments are needed",
        assertThrows(
                IllegalArgumentException.class,
                () -> LongDependency.of(new double[3], new double[2]))
            .getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> LongDependency.of(new double[1], new double[0]));
  }
}
