package io.gateau.pipeline.rank.strategy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.math.Identity;
import io.gateau.math.MinMax;
import io.gateau.math.fit.RowAccumulator;
import io.gateau.math.fit.RowPasses;
import io.gateau.pipeline.rank.strategy.RankConfig.Normalisation;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Strategies without Spark, on two samples.
 *
 * <pre>
 *       short loss  long loss  attention  segment perplexity  cas
 *   a   ln 2        ln 8       1, 0       3, 4                3/5
 *   b   ln 4        ln 2       0, 1       3, 4                4/5
 * </pre>
 */
class StrategiesTest {
  private static final RankConfig CONFIG = RankConfig.DEFAULT;
  private static final SampleSignals A = sample("a", 2, 8, new double[] {1, 0});
  private static final SampleSignals B = sample("b", 4, 2, new double[] {0, 1});

  static final List<Strategy> ALL = Strategies.ALL;

  private static SampleSignals sample(String id, double shortPpl, double longPpl, double[] focus) {
    return new MapSignals(
        id,
        Map.of(
            "short_loss", Math.log(shortPpl),
            "long_loss", Math.log(longPpl)),
        Map.of(
            "long_segment_attention",
            focus,
            "long_segment_loss",
            new double[] {Math.log(3), Math.log(4)},
            "long_token_loss",
            new double[] {1, 0.5},
            "long_recent_token_loss",
            new double[] {1, 4},
            "long_alone_segment_loss",
            new double[] {2, 2, 2},
            "long_pair_segment_loss",
            new double[] {2, 1, 2}));
  }

  /** Signals by the names of their columns; every other number is 5. */
  record MapSignals(String id, Map<String, Double> numbers, Map<String, double[]> lists)
      implements SampleSignals {
    @Override
    public double number(SignalInput input) {
      return numbers.getOrDefault(input.column(), 5.0);
    }

    @Override
    public double[] numbers(SignalInput input) {
      return lists.get(input.column());
    }
  }

  /** Raw terms of both samples. */
  private record Both(Strategy strategy, RankConfig config) implements RowPasses {
    @Override
    public <A extends RowAccumulator<A>> A pass(A empty) {
      empty.add(strategy.raw(A, config));
      empty.add(strategy.raw(B, config));
      return empty;
    }
  }

  private static void assertExplained(String expected, String code, RankConfig config) {
    Strategy strategy = Strategies.of(code);
    double[] raw = strategy.raw(B, config);
    Scales scales = strategy.fit(new Both(strategy, config), config);
    assertEquals(expected, strategy.explain(raw, strategy.terms(raw, scales), config));
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void everyStrategyKeepsItsContract(Strategy strategy) {
    Scales scales = strategy.fit(new Both(strategy, CONFIG), CONFIG);
    double[] raw = strategy.raw(B, CONFIG);
    double[] terms = strategy.terms(raw, scales);

    assertEquals(strategy.rawTerms().size(), raw.length);
    assertEquals(strategy.terms().size(), terms.length);
    assertTrue(Double.isFinite(strategy.score(raw, terms, CONFIG)), "a finite score");
    assertTrue(strategy.terms().containsAll(scales.byTerm().keySet()), "a scale is of a term");
    assertEquals(strategy, Strategies.of(strategy.code()));
    assertTrue(strategy.code().matches("[a-z]+(-[a-z]+)*"), strategy.code());
    assertFalse(strategy.description().endsWith("."), strategy.description());
    assertFalse(strategy.formula().isBlank() || strategy.reference().isBlank());
    assertTrue(
        strategy.explain(raw, terms, CONFIG).startsWith("score "),
        strategy.explain(raw, terms, CONFIG));
    Set<String> columns = new HashSet<>(strategy.rawTerms());
    columns.addAll(strategy.terms());
    assertEquals(raw.length + terms.length, columns.size(), "no column twice");
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void noTermDependsOnAlpha(Strategy strategy) {
    RankConfig other = CONFIG.withAlpha(0.1);
    double[] raw = strategy.raw(A, CONFIG);
    assertArrayEquals(raw, strategy.raw(A, other), 0);
    assertArrayEquals(
        strategy.terms(raw, strategy.fit(new Both(strategy, CONFIG), CONFIG)),
        strategy.terms(raw, strategy.fit(new Both(strategy, other), other)),
        0);
  }

  @Test
  void eachScoreIsExplained() {
    assertExplained(
        "score 1.000 = 0.800 x 1.000 + 0.200 x 1.000; hmp 1.000 = 1.000 - 0.000: the response has"
            + " perplexity 4.000 under the short model and 2.000 under the long one; cas 0.800 is"
            + " the cosine of attention and perplexity over the segments: high where the attention"
            + " sits on segments that do not help",
        "gateau",
        CONFIG);
    assertExplained(
        "score = hmp 1.000 = 1.000 - 0.000: the response has perplexity 4.000 under the short model"
            + " and 2.000 under the long one",
        "hmg",
        CONFIG);
    assertExplained(
        "score = cas 0.800 is the cosine of attention and perplexity over the segments: high where"
            + " the attention sits on segments that do not help",
        "cam",
        CONFIG);
    assertExplained(
        "score = long_ppl 2.000: the perplexity of the response under the long model",
        "perplexity",
        CONFIG);
    assertExplained("score 0: every sample is selected, whatever its signals", "all", CONFIG);
  }

  /*
   *            four segments  pairs   four segments merged by 2
   * attention  1, 5, 8, 0     1, 5 | 8, 0   means   3, 4
   * IS         9, 4, 7, 3     9, 4 | 7, 3   lowest  4, 3      cas (12 + 12) / (5 * 5)
   *
   * As stored: cas (9 + 20 + 56 + 0) / (sqrt(90) * sqrt(155)). The best single segment has IS 3.
   */
  @Test
  void awarenessOfMergedSegmentsIsThatOfTheirGroups() {
    SampleSignals four =
        new MapSignals(
            "four",
            Map.of("long_loss", Math.log(2)),
            Map.of(
                "long_segment_attention",
                new double[] {1, 5, 8, 0},
                "long_segment_loss",
                new double[] {Math.log(9), Math.log(4), Math.log(7), Math.log(3)}));
    RankConfig merged = CONFIG.withMergeSegments(2);

    Strategy cam = Strategies.of("cam");
    assertEquals(85 / Math.sqrt(90 * 155), cam.raw(four, CONFIG)[0], 1e-14, "as stored");
    assertEquals(0.96, cam.raw(four, merged)[0], 1e-14, "cam");
    Strategy gateau = Strategies.of("gateau");
    double[] raw = gateau.raw(four, merged);
    assertEquals(0.96, raw[gateau.rawTerms().indexOf("cas")], 1e-14, "gateau");
    assertArrayEquals(
        Strategies.of("evidence").raw(four, CONFIG),
        Strategies.of("evidence").raw(four, merged),
        0,
        "evidence reads single segments");
    assertEquals(
        "score = cas 0.960 is the cosine of attention and perplexity over groups of 2 segments:"
            + " high where the attention sits on segments that do not help",
        cam.explain(cam.raw(four, merged), new double[0], merged));
  }

  @Test
  void thePublishedScriptsTakeAwarenessAsItIs() {
    RankConfig scripts =
        new RankConfig(
            "gateau",
            0.8,
            CONFIG.importance(),
            CONFIG.difficulty(),
            Normalisation.GATEAU_SCRIPTS,
            0,
            1,
            0);
    Strategy gateau = Strategies.of("gateau");
    assertEquals(
        new Identity(), gateau.fit(new Both(gateau, scripts), scripts).of("normalised_cas"));
  }

  @Test
  void scalesAreNamedByTheirTerms() {
    Strategy gateau = Strategies.of("gateau");
    Scales scales = gateau.fit(new Both(gateau, CONFIG.withAlpha(1)), CONFIG);
    assertEquals(
        List.of("normalised_short", "normalised_long", "normalised_hmp", "normalised_cas"),
        List.copyOf(scales.byTerm().keySet()));
    assertEquals(new MinMax(-1, 1), scales.of("normalised_hmp"));
  }

  @Test
  void anUnknownStrategyIsAnErrorThatNamesTheOthers() {
    assertEquals(
        "strategy best is not known; use " + String.join(", ", Strategies.codes()),
        assertThrows(IllegalArgumentException.class, () -> Strategies.of("best")).getMessage());
  }

  @Test
  void anInputIsAColumnOfItsSignal() {
    assertEquals("long_segment_loss", SignalInput.LONG_SEGMENT_LOSS.column());
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () -> new SignalInput(SignalInput.LONG_LOSS.signal(), "ppl"))
            .getMessage()
            .startsWith("the signal long-response-loss has no column ppl; its columns are "));
  }
}
