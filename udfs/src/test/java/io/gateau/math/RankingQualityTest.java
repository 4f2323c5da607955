package io.gateau.math;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RankingQualityTest {

  /*
   * Best first:  score   5    4    4    2    1
   *              wanted  yes  yes  no   no   yes
   * Pairs of a wanted and another row, 6: 5 wins both, 4 ties one and wins one, 1 loses both: 3.5.
   */
  private static final double[] SCORES = {5, 4, 4, 2, 1};
  private static final boolean[] WANTED = {true, true, false, false, true};

  @Test
  void theAreaIsTheShareOfPairsInTheRightOrder() {
    assertEquals(3.5 / 6, RankingQuality.areaUnderRoc(SCORES, WANTED), 1e-15);
    assertEquals(
        1, RankingQuality.areaUnderRoc(new double[] {2, 1}, new boolean[] {true, false}), 0);
    assertEquals(
        0, RankingQuality.areaUnderRoc(new double[] {1, 2}, new boolean[] {true, false}), 0);
    assertEquals(
        0.5, RankingQuality.areaUnderRoc(new double[] {1, 1}, new boolean[] {true, false}), 0);
  }

  @Test
  void precisionAndRecallLookAtTheTop() {
    assertEquals(1, RankingQuality.precision(WANTED, 2), 0);
    assertEquals(0.5, RankingQuality.precision(WANTED, 4), 0);
    assertEquals(2 / 3.0, RankingQuality.recall(WANTED, 4), 1e-15);
    assertEquals(1, RankingQuality.recall(WANTED, 5), 0);
    assertEquals(0, RankingQuality.recall(WANTED, 0), 0);
  }

  @Test
  void whatIsNotDefinedIsNan() {
    boolean[] none = new boolean[5];
    assertTrue(Double.isNaN(RankingQuality.areaUnderRoc(SCORES, none)), "area");
    assertTrue(Double.isNaN(RankingQuality.recall(none, 2)), "recall");
    assertTrue(Double.isNaN(RankingQuality.precision(WANTED, 0)), "precision");
    assertTrue(Double.isNaN(RankingQuality.rankCorrelation(SCORES, new double[5])), "correlation");
  }

  @Test
  void theCorrelationSeesTheOrderOnly() {
    double[] rising = {1, 10, 100, 1000};
    assertEquals(1, RankingQuality.rankCorrelation(rising, new double[] {-4, 0, 0.5, 9}), 1e-15);
    assertEquals(-1, RankingQuality.rankCorrelation(rising, new double[] {4, 3, 2, 1}), 1e-15);
    // Ranks 1 2 3 4 and 2 1 4 3: 1 - 6 * 4 / (4 * 15).
    assertEquals(0.6, RankingQuality.rankCorrelation(rising, new double[] {2, 1, 4, 3}), 1e-15);
  }

  @Test
  void randomAreasAgreeWithCountingPairs() {
    Random random = new Random(12);
    for (int trial = 0; trial < 100; trial++) {
      int rows = 4 + random.nextInt(30);
      double[] scores = random.ints(rows, 0, 8).asDoubleStream().toArray();
      boolean[] wanted = new boolean[rows];
      for (int i = 0; i < rows; i++) {
        wanted[i] = i == 0 || (i > 1 && random.nextBoolean());
      }
      double won = 0;
      double pairs = 0;
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < rows; j++) {
          if (wanted[i] && !wanted[j]) {
            pairs++;
            won += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
          }
        }
      }
      assertEquals(won / pairs, RankingQuality.areaUnderRoc(scores, wanted), 1e-12);
    }
  }

  @Test
  void sidesOfDifferentLengthsAndATopBeyondTheEndAreRefused() {
    assertEquals(
        "5 and 1 entries; both sides need one for each row",
        assertThrows(
                IllegalArgumentException.class,
                () -> RankingQuality.areaUnderRoc(SCORES, new boolean[1]))
            .getMessage());
    assertEquals(
        "the first 6 of 5 rows",
        assertThrows(IllegalArgumentException.class, () -> RankingQuality.precision(WANTED, 6))
            .getMessage());
  }
}
