package io.gateau.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.model.EmbeddedModels;
import io.gateau.model.ModelCache;
import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.decoder.Decoder;
import io.gateau.planted.IntRange;
import io.gateau.planted.Kind;
import io.gateau.planted.PlantedConfig;
import io.gateau.planted.PlantedSample;
import io.gateau.planted.PlantedSamples;
import io.gateau.score.PromptTemplate;
import io.gateau.score.TokenizedSample;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the pair that comes with this program can do; docs/pair.md has the numbers. */
class EmbeddedPairTest {
  private static final int SAMPLES = 12;

  @Test
  void theLongModelTellsFarFactsAndTheShortOneOnlyNearOnes() {
    try (RecallProbe shortOne = probe(EmbeddedModels.SHORT);
        RecallProbe longOne = probe(EmbeddedModels.LONG)) {
      assertAtLeast(0.9, shortOne.atDistance(256), "short at 256");
      assertAtLeast(0.9, shortOne.ofKind(Kind.LOCAL, 2048), "short, near facts of a long text");
      assertEquals(0, shortOne.atDistance(2048), 0.17, "short at 2048");
      assertAtLeast(0.9, longOne.atDistance(256), "long at 256");
      assertAtLeast(0.9, longOne.atDistance(2048), "long at 2048");
    }
  }

  private static RecallProbe probe(String name) {
    return RecallProbe.of(spec(name).directory(), SAMPLES, 31);
  }

  /** Through the decoder that scores, token by token, as a user would see it. */
  @Test
  void theLongModelWritesTheAnswerOfAFarFact() {
    PlantedSample sample = samples(Kind.LONG_RANGE, 1).get(0);
    ModelSpec spec = spec(EmbeddedModels.LONG);
    Decoder decoder = ModelCache.decoder(spec);
    TokenizedSample tokenized = tokenized(sample);
    int[] sequence = tokenized.sequence();
    int first = sequence.length - tokenized.response().length;
    int[] written = Arrays.copyOf(sequence, first);
    while (written.length < sequence.length) {
      int next = decoder.mostLikelyNext(written);
      written = Arrays.copyOf(written, written.length + 1);
      written[written.length - 1] = next;
    }
    assertEquals(
        sample.response().replace(" ", ""),
        ModelCache.get(spec)
            .tokenizer()
            .decode(Arrays.copyOfRange(written, first, written.length))
            .replace(" ", ""));
  }

  @Test
  void noiseIsHardForBothAndWhatIsKnownByHeartIsEasyForBoth() {
    for (String name : List.of(EmbeddedModels.SHORT, EmbeddedModels.LONG)) {
      double noise = meanLoss(name, Kind.NOISE);
      double parametric = meanLoss(name, Kind.PARAMETRIC);
      assertTrue(noise > 1, name + " is not surprised by noise: " + noise + " nats per token");
      assertTrue(parametric < noise / 3, name + " does not know by heart: " + parametric);
    }
  }

  private static double meanLoss(String model, Kind kind) {
    Decoder decoder = ModelCache.decoder(spec(model));
    return samples(kind, SAMPLES).stream()
        .map(EmbeddedPairTest::tokenized)
        .mapToDouble(
            tokenized ->
                Arrays.stream(
                        decoder
                            .negativeLogLikelihood(
                                new int[][] {tokenized.sequence()}, tokenized.response().length)[0])
                    .average()
                    .orElseThrow())
        .average()
        .orElseThrow();
  }

  private static List<PlantedSample> samples(Kind kind, int count) {
    PlantedConfig config =
        new PlantedConfig(
            Map.of(kind, 1.0),
            new IntRange(1200, 1200),
            new IntRange(1024, 1024),
            new IntRange(1, 1),
            0,
            80);
    return new PlantedSamples(count, 17, config).stream().toList();
  }

  private static TokenizedSample tokenized(PlantedSample sample) {
    return TokenizedSample.of(
        ModelCache.get(spec(EmbeddedModels.LONG)).tokenizer(),
        PromptTemplate.GATEAU,
        sample.context(),
        sample.instruction(),
        sample.response());
  }

  private static void assertAtLeast(double least, double found, String what) {
    assertTrue(found >= least, what + ": recall " + found + " is below " + least);
  }

  private static ModelSpec spec(String name) {
    return new ModelSpec(name, ModelSpec.CONFIGURED_THETA, Dtype.FLOAT32, "cpu");
  }
}
