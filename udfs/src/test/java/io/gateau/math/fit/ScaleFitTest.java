package io.gateau.math.fit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.math.MinMax;
import io.gateau.math.RankScale;
import io.gateau.math.Ranks;
import io.gateau.math.Softmax;
import io.gateau.math.ZScore;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Fits worked by hand, then seeded random data against a sort.
 *
 * <pre>
 *   values 1 2 4 8: quantile 0.1 at place 0.3: 1.3; quantile 0.9 at place 2.7: 0.3 * 4 + 0.7 * 8 = 6.8
 *   places 0 1/7 3/7 1: mean 11/28
 *   softmax: exp(-7) + exp(-6) + exp(-4) + 1
 * </pre>
 */
class ScaleFitTest {
  private static final List<RowValue> FIRST = List.of(RowValue.at(0));

  private static ArrayRows rows(double... values) {
    return rows(3, new Random(1), values);
  }

  private static ArrayRows rows(int parts, Random random, double... values) {
    return new ArrayRows(
        Arrays.stream(values).mapToObj(value -> new double[] {value}).toList(), parts, random);
  }

  @Test
  void theTableIsFittedAsByHand() {
    ArrayRows table = rows(1, 2, 4, 8);
    assertEquals(List.of(new MinMax(1, 8)), ScaleFit.minMax(table, FIRST));
    assertEquals(List.of(new MinMax(1, 8)), ScaleFit.winsorised(table, FIRST, 0));
    MinMax clipped = ScaleFit.winsorised(table, FIRST, 0.1).get(0);
    assertEquals(1.3, clipped.minimum(), 1e-15);
    assertEquals(6.8, clipped.maximum(), 1e-15);
    ZScore score = ScaleFit.zScores(table, FIRST, List.of(new MinMax(1, 8))).get(0);
    assertEquals(11 / 28.0, score.mean(), 1e-16);
    double variance = (0 + 1 / 49.0 + 9 / 49.0 + 1) / 4 - Math.pow(11 / 28.0, 2);
    assertEquals(Math.sqrt(variance), score.deviation(), 1e-15);
    Softmax softmax = ScaleFit.softmax(table, FIRST).get(0);
    assertEquals(8, softmax.maximum(), 0);
    assertEquals(Math.exp(-7) + Math.exp(-6) + Math.exp(-4) + 1, softmax.total(), 1e-15);
    RankScale ranks = ScaleFit.ranks(table, FIRST).get(0);
    assertArrayEquals(
        new double[] {0, 1 / 3.0, 2 / 3.0, 1},
        Arrays.stream(new double[] {1, 2, 4, 8}).map(ranks::of).toArray(),
        1e-16);
  }

  @Test
  void severalValuesShareTheirPasses() {
    List<double[]> table = List.of(new double[] {1, 9}, new double[] {3, 7}, new double[] {2, 5});
    ArrayRows rows = new ArrayRows(table, 2, new Random(1));
    List<RowValue> values = List.of(RowValue.at(0), RowValue.at(1), row -> row[0] - row[1]);

    assertEquals(
        List.of(new MinMax(1, 3), new MinMax(5, 9), new MinMax(-8, -3)),
        ScaleFit.minMax(rows, values));
    assertEquals(1, rows.passes());
  }

  @Test
  void noRowsGiveNoScale() {
    assertEquals(List.of(), ScaleFit.minMax(rows(), FIRST));
    assertEquals(List.of(), ScaleFit.winsorised(rows(), FIRST, 0.1));
    assertEquals(List.of(), ScaleFit.zScores(rows(), FIRST, List.of()));
    assertEquals(List.of(), ScaleFit.softmax(rows(), FIRST));
    assertEquals(List.of(), ScaleFit.ranks(rows(), FIRST));
  }

  @Test
  void oneRowAndEqualRowsHaveOnePlace() {
    for (double[] values : new double[][] {{5}, {5, 5, 5, 5}, {0.0, -0.0}}) {
      double value = values[0];
      MinMax range = new MinMax(value, value);
      assertEquals(List.of(range), ScaleFit.winsorised(rows(values), FIRST, 0.1));
      assertEquals(0.5, ScaleFit.ranks(rows(values), FIRST).get(0).of(value), 0);
      assertEquals(0, ScaleFit.zScores(rows(values), FIRST, List.of(range)).get(0).of(value), 0);
      assertEquals(
          1.0 / values.length, ScaleFit.softmax(rows(values), FIRST).get(0).of(value), 1e-16);
    }
  }

  @Test
  void aValueThatIsNotFiniteIsRefused() {
    for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      assertEquals(
          value + " enters a scale; leave out rows whose terms are not finite",
          assertThrows(IllegalArgumentException.class, () -> ScaleFit.minMax(rows(1, value), FIRST))
              .getMessage());
    }
  }

  /** Many shapes: smooth, with ties, far apart, of both signs, all but one equal. */
  private static double[] values(Random random, int rows) {
    int shape = random.nextInt(6);
    return IntStream.range(0, rows)
        .mapToDouble(
            i ->
                switch (shape) {
                  case 0 -> random.nextGaussian();
                  case 1 -> random.nextInt(5) - 2;
                  case 2 -> Math.exp(100 * random.nextGaussian());
                  case 3 -> Math.scalb(random.nextDouble(), -random.nextInt(1070)) - 1e-300;
                  case 4 -> i == 7 ? Double.MAX_VALUE : 1 + Math.ulp(1) * random.nextInt(3);
                  default -> random.nextBoolean() ? -0.0 : random.nextInt(2);
                })
        .toArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10, 1000, 60_000})
  void quantilesAreThoseOfASort(int size) {
    Random random = new Random(size);
    for (int trial = 0; trial < 12; trial++) {
      double[] values = values(random, size);
      double[] sorted = Arrays.stream(values).map(value -> value + 0.0).sorted().toArray();
      double share = trial == 0 ? 0.01 : random.nextDouble() / 2;

      MinMax found =
          ScaleFit.winsorised(rows(1 + random.nextInt(5), random, values), FIRST, share).get(0);

      assertEquals(quantile(sorted, share), found.minimum(), 0);
      assertEquals(quantile(sorted, 1 - share), found.maximum(), 0);
    }
  }

  /** The naive twin. */
  private static double quantile(double[] sorted, double share) {
    double position = (sorted.length - 1) * share;
    double lower = sorted[(int) Math.floor(position)];
    double upper = sorted[(int) Math.ceil(position)];
    return lower == upper
        ? lower
        : (Math.ceil(position) - position) * lower + (position - Math.floor(position)) * upper;
  }

  @Test
  void aFewPassesAreEnough() {
    Random random = new Random(5);
    ArrayRows rows = rows(2, random, random.doubles(200_000, 0.5, 12).toArray());

    ScaleFit.winsorised(rows, FIRST, 0.01);

    assertTrue(rows.passes() <= 4, rows.passes() + " passes");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 5, 1000, 30_000})
  void sharesOfRankAreThoseOfASortWhereverARowStands(int size) {
    Random random = new Random(size);
    for (int trial = 0; trial < 12; trial++) {
      double[] values = values(random, size);
      double[] naive = Ranks.of(values);

      RankScale scale = ScaleFit.ranks(rows(1 + random.nextInt(5), random, values), FIRST).get(0);

      for (int i = 0; i < size; i++) {
        assertEquals((naive[i] - 1) / (size - 1), scale.of(values[i]), 1e-15);
      }
    }
  }

  @Test
  void beyondTheExactValuesSharesOfRankStayWithinTheirErrorAndInOrder() {
    Random random = new Random(9);
    for (int trial = 0; trial < 3; trial++) {
      int size = 400_000;
      double[] values = new double[size];
      for (int i = 0; i < size; i++) {
        // A third of the rows at one value; a third within one millionth.
        values[i] =
            switch (i % 3) {
              case 0 -> random.nextGaussian();
              case 1 -> 0.25;
              default -> 1 + 1e-6 * random.nextDouble();
            };
      }
      double[] sorted = Arrays.stream(values).sorted().toArray();
      double[] naive = Ranks.of(sorted);

      RankScale scale = ScaleFit.ranks(rows(2, random, values), FIRST).get(0);

      assertTrue(scale.from().length > RankRanges.EXACT_VALUES / 2, "not exact any more");
      assertTrue(scale.from().length <= 200_001, scale.from().length + " ranges");
      double last = 0;
      for (int i = 0; i < size; i++) {
        double share = scale.of(sorted[i]);
        assertEquals((naive[i] - 1) / (size - 1), share, 1.0001e-5);
        assertTrue(share >= last, "shares rise with the values");
        last = share;
      }
    }
  }

  @Test
  void sumsDoNotDependOnTheOrderAndAreRoundedOnce() {
    Random random = new Random(4);
    for (int trial = 0; trial < 200; trial++) {
      List<Double> summands = new ArrayList<>();
      BigDecimal naive = BigDecimal.ZERO;
      ExactSum one = new ExactSum();
      ExactSum other = new ExactSum();
      for (int i = random.nextInt(20); i >= 0; i--) {
        double value =
            Math.scalb(random.nextGaussian(), random.nextInt(trial % 2 == 0 ? 60 : 2000) - 1074);
        summands.add(value);
        naive = naive.add(new BigDecimal(value));
        (random.nextBoolean() ? one : other).add(value);
      }
      one.add(other);
      assertEquals(naive.doubleValue(), one.rounded(), 0, summands.toString());
    }
  }

  @Test
  void aSumBetweenTwoDoublesGoesToTheEvenOneAndALittleMoreDecides() {
    ExactSum sum = new ExactSum();
    sum.add(1);
    sum.add(Math.ulp(1.0) / 2);
    assertEquals(1, sum.rounded(), 0);
    sum.add(Double.MIN_VALUE);
    assertEquals(Math.nextUp(1.0), sum.rounded(), 0);
    sum.add(-1);
    sum.add(-Math.ulp(1.0) / 2);
    assertEquals(Double.MIN_VALUE, sum.rounded(), 0);
  }
}
