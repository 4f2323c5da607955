package io.gateau.pipeline.rank.strategy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Strategies that compare losses as they are, worked by hand.
 *
 * <pre>
 *       short  long  bare   gain   ifd
 *   a   2.5    1     4      1.5    0.25
 *   b   0.5    1     1     -0.5    1
 *   c   3      3     2      0      1.5
 *   d   1      0.5   0      0.5    infinite
 * </pre>
 */
class LossStrategiesTest {
  private static final RankConfig CONFIG = RankConfig.DEFAULT;

  private static double[] raw(String code, double shortLoss, double longLoss, double bareLoss) {
    return Strategies.of(code)
        .raw(
            new StrategiesTest.MapSignals(
                "id",
                Map.of("short_loss", shortLoss, "long_loss", longLoss, "long_bare_loss", bareLoss),
                Map.of()),
            CONFIG);
  }

  private static double score(String code, double shortLoss, double longLoss, double bareLoss) {
    return Strategies.of(code)
        .score(raw(code, shortLoss, longLoss, bareLoss), new double[0], CONFIG);
  }

  @Test
  void gainIsTheDifferenceOfTheLosses() {
    assertEquals(1.5, score("gain", 2.5, 1, 4), 0);
    assertEquals(-0.5, score("gain", 0.5, 1, 1), 0);
    assertEquals(0, score("gain", 3, 3, 2), 0);
    assertEquals(
        "score = gain 1.500 = 2.500 - 1.000: the mean loss of the response under the short model"
            + " and under the long one",
        Strategies.of("gain").explain(raw("gain", 2.5, 1, 4), new double[0], CONFIG));
  }

  @Test
  void difficultyIsTheRatioOfTheLossWithTheRestToThatWithout() {
    assertEquals(0.25, score("ifd", 2.5, 1, 4), 0);
    assertEquals(1, score("ifd", 0.5, 1, 1), 0);
    assertEquals(Double.POSITIVE_INFINITY, score("ifd", 1, 0.5, 0), 0);
    assertEquals(
        "score = ifd 0.250 = 1.000 / 4.000: the mean loss of the response with context and"
            + " instruction and alone",
        Strategies.of("ifd").explain(raw("ifd", 2.5, 1, 4), new double[0], CONFIG));
  }

  @Test
  void aResponseThatIsHarderWithTheRestIsLeftOut() {
    Strategy ifd = Strategies.of("ifd");
    assertEquals(Optional.empty(), ifd.exclusion(raw("ifd", 0.5, 1, 1)));
    assertEquals(
        Optional.of(
            "ifd 1.500 is over 1: the response is harder with context and instruction than alone"),
        ifd.exclusion(raw("ifd", 3, 3, 2)));
  }
}
