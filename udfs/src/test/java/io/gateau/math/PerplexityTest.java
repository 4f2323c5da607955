package io.gateau.math;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

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
    var thrown = assertThrows(IllegalArgumentException.class, () -> Perplexity.of(new double[0]));

    assertEquals("the perplexity of no tokens is undefined", thrown.getMessage());
  }

  private static double[] likelihoods(double... probabilities) {
    return Arrays.stream(probabilities).map(p -> -Math.log(p)).toArray();
  }
}
