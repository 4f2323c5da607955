package io.gateau.math;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BootstrapTest {

  private static double mean(double[] data, int[] rows) {
    return Arrays.stream(rows).mapToDouble(row -> data[row]).average().orElseThrow();
  }

  @Test
  void theIntervalOfAMeanIsAsWideAsTheoryHasIt() {
    double[] data = new Random(5).doubles(400).toArray();
    double mean = Arrays.stream(data).average().orElseThrow();

    Bootstrap.Interval interval = new Bootstrap(2000, 0.95, 1).of(400, rows -> mean(data, rows));

    // Uniform in [0, 1]: the deviation of a mean of 400 is sqrt(1 / 12 / 400).
    double half = 1.96 * Math.sqrt(1 / 12.0 / 400);
    assertEquals(mean - half, interval.low(), 0.004);
    assertEquals(mean + half, interval.high(), 0.004);
  }

  @Test
  void aSeedGivesOneIntervalAndAnotherSeedAnother() {
    double[] data = new Random(6).doubles(50).toArray();
    Bootstrap.Interval one = new Bootstrap(200, 0.9, 3).of(50, rows -> mean(data, rows));

    assertEquals(one, new Bootstrap(200, 0.9, 3).of(50, rows -> mean(data, rows)));
    assertTrue(!one.equals(new Bootstrap(200, 0.9, 4).of(50, rows -> mean(data, rows))), "seed");
  }

  @Test
  void aMeasureThatDoesNotVaryHasNoWidthAndAnUndefinedOneNoEnds() {
    Bootstrap bootstrap = new Bootstrap(20, 0.95, 1);

    assertEquals(new Bootstrap.Interval(7, 7), bootstrap.of(3, rows -> 7));
    assertEquals(
        new Bootstrap.Interval(Double.NaN, Double.NaN), bootstrap.of(3, rows -> Double.NaN));
    // NaN on some resamples only: they do not count.
    assertEquals(
        new Bootstrap.Interval(1, 1), bootstrap.of(2, rows -> rows[0] == 0 ? 1 : Double.NaN));
  }

  @Test
  void rowsAreDrawnWithReplacementInAscendingOrder() {
    new Bootstrap(50, 0.5, 1)
        .of(
            6,
            rows -> {
              assertEquals(6, rows.length);
              for (int i = 1; i < 6; i++) {
                assertTrue(rows[i - 1] <= rows[i] && rows[i] < 6, Arrays.toString(rows));
              }
              return 0;
            });
  }

  @Test
  void noResamplesOrALevelOfOneAreRefused() {
    assertEquals(
        "0 resamples at level 0.95; give 1 or more, and a level between 0 and 1",
        assertThrows(IllegalArgumentException.class, () -> new Bootstrap(0, 0.95, 1)).getMessage());
  }
}
