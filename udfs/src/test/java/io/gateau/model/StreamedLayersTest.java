package io.gateau.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import io.gateau.model.SampleScorer.LongSignals;
import io.gateau.model.testing.BrokenCheckpoint;
import io.gateau.model.testing.TinyCheckpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layers that come one at a time give what layers that stay give, bit for bit. */
class StreamedLayersTest {
  private static final ScoringSettings SETTINGS =
      new ScoringSettings(PromptTemplate.GATEAU, 4_096, 16, 200);

  @TempDir Path directory;

  @Test
  void everySignalOfEverySampleIsTheSameToTheBit() throws Exception {
    TinyCheckpoint.separate().layers(5).write(directory);
    List<TokenPieces> samples = samples(7);
    for (NumberType type : List.of(NumberType.FLOAT32, NumberType.BFLOAT16)) {
      try (LoadedModel resident = load(type, Placement.DEFAULT)) {
        List<Optional<LongSignals>> expected = signals(resident, samples);
        // One batch at a time; a few; all that there is.
        for (int streamTokens : new int[] {1, 500, 1_000_000}) {
          try (LoadedModel streamed = load(type, new Placement(0, streamTokens))) {
            List<Optional<LongSignals>> actual = signals(streamed, samples);
            for (int i = 0; i < samples.size(); i++) {
              String which = type + ", sample " + i + ", " + streamTokens + " tokens";
              assertSame(expected.get(i).orElseThrow(), actual.get(i).orElseThrow(), which);
            }
          }
        }
      }
    }
  }

  @Test
  void aLayerThatIsBrokenIsNamedWhenItsTurnComesAndTheModelLivesOn() throws Exception {
    TinyCheckpoint.tied().layers(4).write(directory);
    try (LoadedModel model = load(NumberType.FLOAT32, new Placement(0, 1_000))) {
      double[] before = model.decoder(10_000).negativeLogLikelihood(new int[1][9], 3)[0];
      BrokenCheckpoint.nan(directory, "model.layers.2.mlp.down_proj.weight");
      String message =
          assertThrows(
                  ModelException.class,
                  () -> model.decoder(10_000).negativeLogLikelihood(new int[1][9], 3))
              .getMessage();
      assertTrue(message.contains("tensor model.layers.2.mlp.down_proj.weight holds NaN"), message);
      TinyCheckpoint.tied().layers(4).write(directory);
      assertArrayEquals(before, model.decoder(10_000).negativeLogLikelihood(new int[1][9], 3)[0]);
    }
  }

  private static void assertSame(LongSignals expected, LongSignals actual, String which) {
    assertEquals(expected.perplexity(), actual.perplexity(), which);
    assertArrayEquals(expected.segmentPerplexity(), actual.segmentPerplexity(), which);
    assertArrayEquals(expected.segmentAttention(), actual.segmentAttention(), which);
  }

  private static List<Optional<LongSignals>> signals(LoadedModel model, List<TokenPieces> samples) {
    return new SampleScorer(SETTINGS).longSignals(model.decoder(30_000), samples);
  }

  private LoadedModel load(NumberType type, Placement placement) {
    return LoadedModel.load(
        Checkpoint.open(directory), type, Device.cpu(), BlockSizes.DEFAULT, placement);
  }

  static List<TokenPieces> samples(int count) {
    Random random = new Random(71);
    List<TokenPieces> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      samples.add(
          new TokenPieces(
              tokens(random, 3),
              tokens(random, 40 + random.nextInt(200)),
              tokens(random, 5 + random.nextInt(9)),
              tokens(random, 1 + random.nextInt(20)),
              false));
    }
    return samples;
  }

  private static int[] tokens(Random random, int count) {
    return random.ints(count, 0, 258).toArray();
  }
}
