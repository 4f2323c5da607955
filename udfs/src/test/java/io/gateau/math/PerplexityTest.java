package io.gateau.math;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class PerplexityTest {

  /*
   * probabilities    -ln p               mean        exp
   * 1/2, 1/8         ln 2, 3 ln 2        2 ln 2      4      (the geometric mean of 2 and 8)
   * 1/10             ln 10               ln 10       10
   * 1, 1, 1          0, 0, 0             0           1
   */
  @Test
  void itIsTheGeometricMeanOfTheInverseProbabilities() {
    assertEquals(4, Perplexity.of(likelihoods(1 / 2.0, 1 / 8.0)), 1e-14);
    assertEquals(10, Perplexity.of(likelihoods(1 / 10.0)), 1e-14);
    assertEquals(1, Perplexity.of(likelihoods(1, 1, 1)), 0);
  }

  @Test
  void aUniformGuessHasThePerplexityOfItsVocabulary() {
    double[] uniform = new double[100_000];
    Arrays.fill(uniform, Math.log(32_000));

    assertEquals(32_000, Perplexity.of(uniform), 32_000 * 1e-9);
  }

  @Test
  void randomTrialsAgreeWithTheProductOfProbabilities() {
    Random random = new Random(2);
    for (int trial = 0; trial < 200; trial++) {
      double[] probabilities = random.doubles(1 + random.nextInt(20), 0.01, 1).toArray();
      double product = Arrays.stream(probabilities).reduce(1, (a, b) -> a * b);

      double expected = Math.pow(product, -1.0 / probabilities.length);
      assertEquals(expected, Perplexity.of(likelihoods(probabilities)), expected * 1e-13);
    }
  }

  @Test
  void theOrderOfTheTokensDoesNotMatter() {
    assertEquals(
        Perplexity.of(new double[] {1, 2, 3}), Perplexity.of(new double[] {3, 1, 2}), 1e-15);
  }

  @Test
  void extremesAreInfiniteOrNan() {
    assertEquals(Double.POSITIVE_INFINITY, Perplexity.of(new double[] {710}));
    assertTrue(Double.isFinite(Perplexity.of(new double[] {709})));
    assertEquals(
        Double.POSITIVE_INFINITY, Perplexity.of(new double[] {1, Double.POSITIVE_INFINITY}));
    assertTrue(Double.isNaN(Perplexity.of(new double[] {1, Double.NaN})));
  }

  @Test
  void noTokensHaveNone() {
    for (Executable call :
        List.<Executable>of(
            () -> Perplexity.of(new double[0]), () -> Perplexity.meanLoss(new double[0]))) {
      assertEquals(
          "the perplexity of no tokens is undefined",
          assertThrows(IllegalArgumentException.class, call).getMessage());
    }
  }

  /*
   * losses        mean    exp
   * 0             0       1
   * 1, 2, 6       3       e^3
   * ln 2, ln 8    2 ln 2  4
   */
  @Test
  void itIsTheExponentialOfTheMeanLoss() {
    assertEquals(0, Perplexity.meanLoss(new double[] {0}));
    assertEquals(3, Perplexity.meanLoss(new double[] {1, 2, 6}));
    assertEquals(2 * Math.log(2), Perplexity.meanLoss(likelihoods(1 / 2.0, 1 / 8.0)), 1e-15);
    assertEquals(1, Perplexity.of(0));
    assertEquals(4, Perplexity.of(2 * Math.log(2)), 1e-15);
    assertEquals(20.085536923187668, Perplexity.of(new double[] {1, 2, 6}), 1e-14);
    Random random = new Random(3);
    for (int trial = 0; trial < 200; trial++) {
      double[] losses = random.doubles(1 + random.nextInt(20), 0, 30).toArray();
      assertEquals(Perplexity.of(Perplexity.meanLoss(losses)), Perplexity.of(losses));
    }
  }

  /* 1 + 2^-53 is rounded to 1, twice; 2^-53 + 2^-53 + 1 is exact. */
  @Test
  void lossesAreAddedUpInTheirOrder() {
    double tiny = 0x1p-53;

    assertEquals(1 / 3.0, Perplexity.meanLoss(new double[] {1, tiny, tiny}));
    assertEquals((1 + 0x1p-52) / 3, Perplexity.meanLoss(new double[] {tiny, tiny, 1}));
  }

  @Test
  void extremesOfTheMeanLossStayWhatTheyAre() {
    double infinity = Double.POSITIVE_INFINITY;

    assertEquals(infinity, Perplexity.meanLoss(new double[] {1, infinity}));
    assertEquals(infinity, Perplexity.meanLoss(new double[] {1e308, 1e308}), "the sum overflows");
    assertTrue(Double.isNaN(Perplexity.meanLoss(new double[] {1, Double.NaN})));
    assertTrue(Double.isNaN(Perplexity.meanLoss(new double[] {infinity, -infinity})));
    assertEquals(infinity, Perplexity.of(infinity));
    assertEquals(infinity, Perplexity.of(710));
    assertTrue(Double.isFinite(Perplexity.of(709)));
    assertEquals(0, Perplexity.of(-infinity));
    assertTrue(Double.isNaN(Perplexity.of(Double.NaN)));
  }

  /* fdlibm, which StrictMath is, gives e one unit in the last place too large: 0x1.5bf0a8b14576ap1. */
  @Test
  void theExponentialIsTheSameOnEveryProcessor() {
    assertEquals(0x1.5bf0a8b14576ap1, Perplexity.of(1));
    for (double loss = 0; loss < 50; loss += 0.37) {
      assertEquals(StrictMath.exp(loss), Perplexity.of(loss));
    }
  }

  private static double[] likelihoods(double... probabilities) {
    return Arrays.stream(probabilities).map(p -> -Math.log(p)).toArray();
  }
}
