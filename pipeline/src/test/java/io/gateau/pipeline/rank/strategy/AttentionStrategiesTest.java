package io.gateau.pipeline.rank.strategy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gateau.math.fit.RowAccumulator;
import io.gateau.math.fit.RowPasses;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Strategies over the attention between the tokens of a sample, worked by hand.
 *
 * <pre>
 *   longattn   DS    DU      Z(DS)             Z(DU)              score
 *   a          0.1   -0.04   -sqrt(1.5)        -1 / sqrt(2)       -1.578298
 *   b          0.2   -0.02    0                 sqrt(2)            0.707107
 *   c          0.3   -0.04    sqrt(1.5)        -1 / sqrt(2)        0.871191
 * </pre>
 *
 * The mean of DS is 0.2, its deviation 0.1 sqrt(2 / 3); that of DU -0.1 / 3 and 0.02 sqrt(2) / 3.
 */
class AttentionStrategiesTest {
  private static final RankConfig CONFIG = RankConfig.DEFAULT;
  private static final List<SampleSignals> SAMPLES =
      List.of(sample("a", 0.1, -0.04), sample("b", 0.2, -0.02), sample("c", 0.3, -0.04));

  private static SampleSignals sample(String id, double strength, double uniformity) {
    return new StrategiesTest.MapSignals(
        id,
        Map.of("long_dependency_strength", strength, "long_dependency_uniformity", uniformity),
        Map.of());
  }

  private record Rows(Strategy strategy) implements RowPasses {
    @Override
    public <A extends RowAccumulator<A>> A pass(A empty) {
      SAMPLES.forEach(sample -> empty.add(strategy.raw(sample, CONFIG)));
      return empty;
    }
  }

  @Test
  void longattnAddsTheStandardScoresOfStrengthAndUniformity() {
    Strategy strategy = Strategies.of("longattn");
    Scales scales = strategy.fit(new Rows(strategy), CONFIG);
    double[] expected = {-1.578298, 0.707107, 0.871191};
    for (int i = 0; i < expected.length; i++) {
      double[] raw = strategy.raw(SAMPLES.get(i), CONFIG);
      assertEquals(
          expected[i], strategy.score(raw, strategy.terms(raw, scales), CONFIG), 1e-6, "row " + i);
    }
    double[] raw = strategy.raw(SAMPLES.get(2), CONFIG);
    assertArrayEquals(
        new double[] {Math.sqrt(1.5), -1 / Math.sqrt(2)}, strategy.terms(raw, scales), 1e-12);
    assertEquals(
        "score 0.871 = 1.225 + 0.500 x -0.707: the standard scores of how much attention goes over a"
            + " quarter of the sample or more, 0.300 per token, and of how evenly, -0.040",
        strategy.explain(raw, strategy.terms(raw, scales), CONFIG));
  }

  @Test
  void ladmIsTheDependencyAsItIs() {
    Strategy strategy = Strategies.of("ladm");
    SampleSignals sample =
        new StrategiesTest.MapSignals("a", Map.of("long_contextual_dependency", 0.75), Map.of());
    double[] raw = strategy.raw(sample, CONFIG);

    assertEquals(0.75, strategy.score(raw, new double[0], CONFIG), 0);
    assertEquals(
        "score = contextual_dependency 0.750: how much, how far and how specifically the spans of the"
            + " sample attend to spans before them",
        strategy.explain(raw, new double[0], CONFIG));
    assertEquals(
        List.of("long-span-dependency"),
        strategy.signals().stream().map(signal -> signal.name()).toList());
  }

  @Test
  void longattnReadsOneSignalOfTheLongModel() {
    Strategy strategy = Strategies.of("longattn");
    assertEquals(
        List.of("long-first-layer-attention"),
        strategy.signals().stream().map(signal -> signal.name()).toList());
    assertEquals(List.of(), strategy.tokenColumns());
  }
}
