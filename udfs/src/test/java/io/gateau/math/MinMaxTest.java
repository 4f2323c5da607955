package io.gateau.math;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MinMaxTest {

  /*
   * Data set 2, 3, 4, 10: range 8.
   *   2 -> 0/8   3 -> 1/8   4 -> 2/8   10 -> 8/8   1 and 11 lie outside and are clipped
   */
  @ParameterizedTest
  @CsvSource({"2, 0", "3, 0.125", "4, 0.25", "10, 1", "1, 0", "11, 1"})
  void aValueBecomesItsPlaceInTheRange(double value, double place) {
    assertEquals(place, new MinMax(2, 10).of(value), 0);
  }

  @Test
  void whereAllAreEqualEachIsInTheMiddle() {
    assertEquals(0.5, new MinMax(7, 7).of(7), 0);
    assertEquals(0.5, new MinMax(7, 7).of(8), 0);
  }

  @Test
  void nanStaysNan() {
    assertTrue(Double.isNaN(new MinMax(2, 10).of(Double.NaN)));
    assertTrue(Double.isNaN(new MinMax(7, 7).of(Double.NaN)));
  }

  @Test
  void infinityIsClippedToTheEnds() {
    assertEquals(1, new MinMax(2, 10).of(Double.POSITIVE_INFINITY), 0);
    assertEquals(0, new MinMax(2, 10).of(Double.NEGATIVE_INFINITY), 0);
  }

  @Test
  void theLargestAndTheSmallestRangesNeitherOverflowNorVanish() {
    MinMax largest = new MinMax(-Double.MAX_VALUE, Double.MAX_VALUE);
    MinMax smallest = new MinMax(0, Double.MIN_VALUE);

    assertEquals(0.5, largest.of(0), 0);
    assertEquals(1, largest.of(Double.MAX_VALUE), 0);
    assertEquals(0, smallest.of(0), 0);
    assertEquals(1, smallest.of(Double.MIN_VALUE), 0);
  }

  @Test
  void randomDataSetsAgreeWithTheFormulaAndSpanTheUnitInterval() {
    Random random = new Random(1);
    for (int trial = 0; trial < 200; trial++) {
      double[] data = random.doubles(2 + random.nextInt(20), 1, 1e4).toArray();
      double low = Arrays.stream(data).min().orElseThrow();
      double high = Arrays.stream(data).max().orElseThrow();
      MinMax range = new MinMax(low, high);
      for (double x : data) {
        assertEquals((x - low) / (high - low), range.of(x), 1e-15);
      }
      assertEquals(0, range.of(low), 0);
      assertEquals(1, range.of(high), 0);
    }
  }

  @ParameterizedTest
  @CsvSource({"NaN, 1", "0, NaN", "-Infinity, 1", "0, Infinity", "2, 1"})
  void whatIsNoFiniteRangeIsRefused(double minimum, double maximum) {
    var thrown = assertThrows(IllegalArgumentException.class, () -> new MinMax(minimum, maximum));

    assertEquals(
        "[" + minimum + ", " + maximum + "] is not a finite range; only finite values enter it",
        thrown.getMessage());
  }
}
