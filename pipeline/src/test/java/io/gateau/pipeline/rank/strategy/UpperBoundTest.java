package io.gateau.pipeline.rank.strategy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.math.ContextualAwareness.Importance;
import io.gateau.math.fit.RowAccumulator;
import io.gateau.math.fit.RowPasses;
import io.gateau.pipeline.rank.strategy.RankConfig.Difficulty;
import io.gateau.pipeline.rank.strategy.RankConfig.Normalisation;
import io.gateau.score.ModelSignal;
import io.gateau.score.SegmentLoss;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The greatest score of samples without contextual awareness. */
class UpperBoundTest {
  private record Rows(double[]... rows) implements RowPasses {
    @Override
    public <A extends RowAccumulator<A>> A pass(A empty) {
      for (double[] row : rows) {
        empty.add(row);
      }
      return empty;
    }
  }

  private static RankConfig config(double alpha, Normalisation normalisation) {
    return new RankConfig(
        "gateau", alpha, Importance.PERPLEXITY, Difficulty.NLL, normalisation, 0, 1, 0);
  }

  private static double[] guided(double shortLoss, double longLoss) {
    return new double[] {Math.exp(shortLoss), Math.exp(longLoss), shortLoss, longLoss};
  }

  private static double[] whole(double shortLoss, double longLoss, double cas) {
    return new double[] {Math.exp(shortLoss), Math.exp(longLoss), shortLoss, longLoss, cas};
  }

  /*
   *            short loss  long loss  N(short)  N(long)   hmp   N(hmp)   0.8 N(hmp) + 0.2
   * sample 1       1           1          0        0        0      0.5       0.6
   * sample 2       3           1          1        0        1      1         1
   * sample 3       1           5          0        1       -1      0         0.2
   * sample 4       2           2          0.5      0.25     0.25   0.625     0.7
   *
   * The pilot is sample 1 with cas 0.4 and sample 2 with 0.9. N(cas) of 0.65 is 0.5, and that of
   * 0.1, below all of the pilot, is 0.
   */
  @Test
  void theBoundIsTheScoreWithTheGreatestAwareness() {
    Strategy gateau = Strategies.of("gateau");
    RankConfig config = config(0.8, Normalisation.MIN_MAX);
    Strategy.UpperBound bound = gateau.upperBound(config).orElseThrow();

    Scales scales =
        bound.fit(
            new Rows(guided(1, 1), guided(3, 1), guided(1, 5), guided(2, 2)),
            new Rows(whole(1, 1, 0.4), whole(3, 1, 0.9)));

    assertEquals(0.6, bound.greatest(guided(1, 1), scales), 1e-15);
    assertEquals(1, bound.greatest(guided(3, 1), scales), 1e-15);
    assertEquals(0.2, bound.greatest(guided(1, 5), scales), 1e-15);
    assertEquals(0.7, bound.greatest(guided(2, 2), scales), 1e-15);
    double[] raw = whole(2, 2, 0.65);
    assertEquals(0.6, gateau.score(raw, gateau.terms(raw, scales), config), 1e-15);
    double[] low = whole(2, 2, 0.1);
    assertEquals(0.5, gateau.score(low, gateau.terms(low, scales), config), 1e-15);
    assertEquals(List.of(ModelSignal.ofLong(new SegmentLoss())), bound.deferred());
    assertEquals("hmg", bound.cheaper().code());
  }

  @ParameterizedTest
  @EnumSource(
      value = Normalisation.class,
      names = {"MIN_MAX", "RANK"})
  void noScoreIsAboveItsBound(Normalisation normalisation) {
    Strategy gateau = Strategies.of("gateau");
    Random random = new Random(4);
    for (double alpha : new double[] {0, 0.3, 0.8, 1}) {
      RankConfig config = config(alpha, normalisation);
      Strategy.UpperBound bound = gateau.upperBound(config).orElseThrow();
      double[][] rows = new double[500][];
      double[][] cheap = new double[rows.length][];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = whole(6 * random.nextDouble(), 6 * random.nextDouble(), random.nextDouble());
        cheap[i] = guided(rows[i][2], rows[i][3]);
      }
      Scales scales =
          bound.fit(
              new Rows(cheap), new Rows(List.of(rows).subList(0, 20).toArray(double[][]::new)));
      for (int i = 0; i < rows.length; i++) {
        double score = gateau.score(rows[i], gateau.terms(rows[i], scales), config);
        double greatest = bound.greatest(cheap[i], scales);
        assertTrue(score <= greatest, "%s above %s".formatted(score, greatest));
        assertTrue(greatest - score <= 1 - alpha + 1e-12, "the bound is no looser than alpha says");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Normalisation.class,
      names = {"Z_SCORE", "GATEAU_SCRIPTS"})
  void scalesThatDoNotClipGiveNoBound(Normalisation normalisation) {
    assertTrue(Strategies.of("gateau").upperBound(config(0.8, normalisation)).isEmpty());
  }

  @Test
  void onlyGateauHasABound() {
    for (Strategy strategy : Strategies.ALL) {
      assertEquals(
          strategy.code().equals("gateau"),
          strategy.upperBound(RankConfig.DEFAULT).isPresent(),
          strategy.code());
    }
  }
}
