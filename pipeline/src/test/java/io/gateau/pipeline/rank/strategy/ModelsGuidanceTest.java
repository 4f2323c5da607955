package io.gateau.pipeline.rank.strategy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gateau.math.ContextualAwareness.Importance;
import io.gateau.math.fit.RowAccumulator;
import io.gateau.math.fit.RowPasses;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Guidance by a model of another family, on three samples. N is min-max of perplexities.
 *
 * <pre>
 *       unrelated  long   N(unrelated)          N(long)              guidance
 *   a   2          9      (2 - 2) / 8 = 0       (9 - 1) / 8 = 1      -1
 *   b   6          1      (6 - 2) / 8 = 0.5     (1 - 1) / 8 = 0      0.5
 *   c   10         7      (10 - 2) / 8 = 1      (7 - 1) / 8 = 0.75   0.25
 * </pre>
 */
class ModelsGuidanceTest {
  private static final RankConfig CONFIG =
      new RankConfig(
          "non-homologous",
          0.8,
          Importance.PERPLEXITY,
          RankConfig.Difficulty.PERPLEXITY,
          RankConfig.Normalisation.MIN_MAX,
          0,
          1,
          0);
  private static final Strategy STRATEGY = Strategies.of("non-homologous");
  private static final List<SampleSignals> SAMPLES =
      List.of(sample("a", 2, 9), sample("b", 6, 1), sample("c", 10, 7));

  /** A sample that only the short model, which is not asked, finds very hard. */
  private static SampleSignals sample(String id, double unrelated, double longPpl) {
    return new StrategiesTest.MapSignals(
        id,
        Map.of(
            "unrelated_loss", Math.log(unrelated),
            "long_loss", Math.log(longPpl),
            "short_loss", 9.0 * longPpl),
        Map.of());
  }

  private static final class Rows implements RowPasses {
    @Override
    public <A extends RowAccumulator<A>> A pass(A empty) {
      SAMPLES.forEach(sample -> empty.add(STRATEGY.raw(sample, CONFIG)));
      return empty;
    }
  }

  @Test
  void theUnrelatedModelStandsInThePlaceOfTheShortOne() {
    Scales scales = STRATEGY.fit(new Rows(), CONFIG);
    double[] scores =
        SAMPLES.stream()
            .mapToDouble(
                sample -> {
                  double[] raw = STRATEGY.raw(sample, CONFIG);
                  return STRATEGY.score(raw, STRATEGY.terms(raw, scales), CONFIG);
                })
            .toArray();

    assertArrayEquals(new double[] {-1, 0.5, 0.25}, scores, 1e-12);
  }

  @Test
  void itsTermsAreNamedByTheModel() {
    Scales scales = STRATEGY.fit(new Rows(), CONFIG);
    double[] raw = STRATEGY.raw(SAMPLES.get(2), CONFIG);

    assertEquals(
        List.of("unrelated_ppl", "long_ppl", "unrelated_difficulty", "long_difficulty"),
        STRATEGY.rawTerms());
    assertEquals(List.of("normalised_unrelated", "normalised_long", "guidance"), STRATEGY.terms());
    assertEquals("guidance = normalised_unrelated - normalised_long", STRATEGY.formula());
    assertEquals(
        "score = guidance 0.250 = 1.000 - 0.750: the response has perplexity 10.000 under the"
            + " unrelated model and 7.000 under the long one",
        STRATEGY.explain(raw, STRATEGY.terms(raw, scales), CONFIG));
  }

  @Test
  void theLengthsOfASampleAreThoseOfTheLongModel() {
    assertEquals(SignalInput.LONG_LOSS, STRATEGY.inputs().get(0));
  }
}
