package io.gateau.math;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GateauScoreTest {

  /*
   * alpha  N(HMP)  N(CAS)   score
   * 0.75   1       0        0.75
   * 0.75   0       1        0.25
   * 0.75   0.5     1        0.375 + 0.25 = 0.625
   * 0      0.5     1        1
   * 1      0.5     1        0.5
   */
  @ParameterizedTest
  @CsvSource({"0.75,1,0,0.75", "0.75,0,1,0.25", "0.75,0.5,1,0.625", "0,0.5,1,1", "1,0.5,1,0.5"})
  void itIsTheWeightedSum(double alpha, double guidance, double awareness, double score) {
    assertEquals(score, new GateauScore(alpha).of(guidance, awareness), 0);
  }

  @Test
  void randomTrialsLieBetweenTheTwoTerms() {
    Random random = new Random(7);
    for (int trial = 0; trial < 200; trial++) {
      double guidance = random.nextDouble();
      double awareness = random.nextDouble();
      double alpha = random.nextDouble();

      double score = new GateauScore(alpha).of(guidance, awareness);
      assertEquals(alpha * guidance + awareness - alpha * awareness, score, 1e-15);
      assertTrue(score >= Math.min(guidance, awareness) - 1e-15);
      assertTrue(score <= Math.max(guidance, awareness) + 1e-15);
    }
  }

  @Test
  void aTermOfNoWeightDoesNotCountAndAnyOtherNanDoes() {
    assertEquals(0.3, new GateauScore(1).of(0.3, Double.NaN), 0);
    assertEquals(0.3, new GateauScore(0).of(Double.NaN, 0.3), 0);
    assertTrue(Double.isNaN(new GateauScore(0.8).of(0.3, Double.NaN)));
    assertTrue(Double.isNaN(new GateauScore(0.8).of(Double.NaN, 0.3)));
  }

  @ParameterizedTest
  @CsvSource({"1.4", "-0.1", "NaN", "Infinity"})
  void anAlphaThatIsNoShareIsRefused(double alpha) {
    var thrown = assertThrows(IllegalArgumentException.class, () -> new GateauScore(alpha));

    assertEquals(
        "alpha " + alpha + " is outside [0, 1]; use 0.8 for the usual setting",
        thrown.getMessage());
  }
}
