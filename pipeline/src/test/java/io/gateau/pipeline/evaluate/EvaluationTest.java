package io.gateau.pipeline.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.math.Bootstrap;
import io.gateau.pipeline.evaluate.Evaluation.Measure;
import io.gateau.pipeline.evaluate.Evaluation.Ranked;
import io.gateau.pipeline.rank.strategy.RankConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * A ranking worked by hand.
 *
 * <pre>
 *   score   9     8      7     6      5
 *   kind    far   noise  far   local  noise
 *   tokens  50    40     10    20     30
 * </pre>
 */
class EvaluationTest {
  private static final Ranked RANKED =
      new Ranked(
          new double[] {9, 8, 7, 6, 5},
          new boolean[] {true, false, true, false, false},
          new boolean[] {false, true, false, false, true},
          new double[] {50, 40, 10, 20, 30});
  private static final List<String> KINDS = List.of("far", "noise", "far", "local", "noise");

  private static Evaluation evaluation(Optional<Bootstrap> bootstrap) {
    return Evaluation.of(RankConfig.DEFAULT, RANKED, KINDS, List.of(20.0, 50.0), bootstrap);
  }

  private static void assertMeasure(double expected, String name) {
    assertEquals(expected, evaluation(Optional.empty()).measure(name).value(), 1e-15, name);
  }

  @Test
  void theTopIsMeasuredAtEachShareAndAtTheTrueOne() {
    // Of 6 pairs of a wanted row and another, the first wins 3 and the third 2.
    assertMeasure(5 / 6.0, "auroc");
    assertMeasure(1, "precision@20");
    assertMeasure(0.5, "recall@20");
    assertMeasure(0, "noise@20");
    // Half of five rows is rounded up to three.
    assertMeasure(2 / 3.0, "precision@50");
    assertMeasure(1, "recall@50");
    assertMeasure(1 / 3.0, "noise@50");
    // Two are wanted.
    assertMeasure(0.5, "precision@share");
    assertMeasure(0.5, "recall@share");
    assertMeasure(0.5, "noise@share");
    // Ranks 5 4 3 2 1 and 5 4 1 2 3: 1 - 6 * 8 / 120.
    assertMeasure(0.6, "length");
    assertEquals(Map.of("far", 1L, "noise", 1L), evaluation(Optional.empty()).found());
  }

  @Test
  void aBootstrapGivesEveryMeasureAnIntervalThatHoldsIt() {
    for (Measure measure : evaluation(Optional.of(new Bootstrap(500, 0.95, 1))).measures()) {
      Bootstrap.Interval interval = measure.interval().orElseThrow();
      assertTrue(
          interval.low() <= measure.value() && measure.value() <= interval.high(),
          measure.toString());
      assertTrue(interval.low() < interval.high(), measure.toString());
    }
    assertTrue(
        evaluation(Optional.empty()).measures().stream()
            .allMatch(measure -> measure.interval().isEmpty()),
        "none was asked for");
  }

  @Test
  void aMeasureThatWasNotTakenIsRefused() {
    assertEquals(
        "no measure precision@30",
        assertThrows(
                IllegalArgumentException.class,
                () -> evaluation(Optional.empty()).measure("precision@30"))
            .getMessage());
  }
}
