package io.gateau.math;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** Values 0, ln 2 and ln 5: weights 1/5, 2/5 and 1, in all 8/5. */
class SoftmaxTest {
  private static final Softmax SCALE = new Softmax(Math.log(5), 1.6);

  @Test
  void theValuesShareOne() {
    assertEquals(1 / 8.0, SCALE.of(0), 1e-15);
    assertEquals(2 / 8.0, SCALE.of(Math.log(2)), 1e-15);
    assertEquals(5 / 8.0, SCALE.of(Math.log(5)), 1e-15);
  }

  @Test
  void valuesOfOtherDataSetsAreNotClipped() {
    assertEquals(10 / 8.0, SCALE.of(Math.log(10)), 1e-15);
    assertEquals(0, SCALE.of(Double.NEGATIVE_INFINITY), 0);
    assertEquals(Double.NaN, SCALE.of(Double.NaN), 0);
  }

  @Test
  void aTotalWithoutItsLargestValueIsRefused() {
    assertEquals(
        "maximum 2.0 and total 0.5; the largest value adds 1 to the total",
        assertThrows(IllegalArgumentException.class, () -> new Softmax(2, 0.5)).getMessage());
  }
}
