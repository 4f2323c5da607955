package io.gateau.math;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ZScoreTest {

  private static ZScore over(double... data) {
    MinMax range =
        new MinMax(
            Arrays.stream(data).min().orElseThrow(), Arrays.stream(data).max().orElseThrow());
    double mean = Arrays.stream(data).map(range::of).average().orElseThrow();
    double square =
        Arrays.stream(data).map(x -> Math.pow(range.of(x) - mean, 2)).average().orElseThrow();
    return new ZScore(range, mean, Math.sqrt(square));
  }

  /*
   * Data set 2, 4, 4, 4, 5, 5, 7, 9: mean 5, deviation 2
   *   2 -> -1.5   4 -> -0.5   5 -> 0   7 -> 1   9 -> 2
   */
  @Test
  void aValueBecomesItsDistanceFromTheMeanInDeviations() {
    ZScore score = over(2, 4, 4, 4, 5, 5, 7, 9);

    assertEquals(-1.5, score.of(2), 1e-15);
    assertEquals(-0.5, score.of(4), 1e-15);
    assertEquals(0, score.of(5), 1e-15);
    assertEquals(1, score.of(7), 1e-15);
    assertEquals(2, score.of(9), 1e-15);
  }

  @Test
  void randomDataSetsAgreeWithTheFormula() {
    Random random = new Random(8);
    for (int trial = 0; trial < 200; trial++) {
      double[] data = random.doubles(2 + random.nextInt(20), 1, 1e4).toArray();
      double mean = Arrays.stream(data).average().orElseThrow();
      double deviation =
          Math.sqrt(Arrays.stream(data).map(x -> (x - mean) * (x - mean)).average().orElseThrow());
      ZScore score = over(data);
      for (double x : data) {
        assertEquals((x - mean) / deviation, score.of(x), 1e-12);
      }
    }
  }

  @Test
  void whereAllAreEqualEachIsAtTheMeanAndNanStaysNan() {
    assertEquals(0, over(7, 7).of(7), 0);
    assertTrue(Double.isNaN(over(7, 7).of(Double.NaN)), "all equal");
    assertTrue(Double.isNaN(over(1, 2).of(Double.NaN)), "not all equal");
  }

  @Test
  void whatIsNoMeanOfPlacesIsRefused() {
    var thrown =
        assertThrows(IllegalArgumentException.class, () -> new ZScore(new MinMax(0, 1), 2, 0.5));

    assertEquals(
        "mean 2.0 and deviation 0.5; both are of places in a range, from 0 to 1",
        thrown.getMessage());
  }
}
