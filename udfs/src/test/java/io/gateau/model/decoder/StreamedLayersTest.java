package io.gateau.model.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import io.gateau.model.LoadedModel;
import io.gateau.model.MemoryPolicy;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.score.PromptTemplate;
import io.gateau.score.SampleScorer;
import io.gateau.score.ScoringConfig;
import io.gateau.score.TokenizedSample;
import io.gateau.testing.BrokenCheckpoint;
import io.gateau.testing.LongValues;
import io.gateau.testing.TinyCheckpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layers that come one at a time give what layers that stay give, bit for bit. */
public class StreamedLayersTest {
  private static final ScoringConfig SETTINGS =
      new ScoringConfig(PromptTemplate.GATEAU, 4_096, 16, 200);

  @TempDir Path directory;

  @Test
  void everySignalOfEverySampleIsTheSameToTheBit() throws Exception {
    TinyCheckpoint.separate().layers(5).write(directory);
    List<TokenizedSample> samples = samples(7);
    for (Dtype type : List.of(Dtype.FLOAT32, Dtype.BFLOAT16)) {
      try (LoadedModel resident = load(type, MemoryPolicy.DEFAULT)) {
        List<Optional<LongValues>> expected = signals(resident, samples);
        // One batch at a time; a few; all that there is.
        for (int streamTokens : new int[] {1, 500, 1_000_000}) {
          try (LoadedModel streamed = load(type, new MemoryPolicy(0, streamTokens))) {
            List<Optional<LongValues>> actual = signals(streamed, samples);
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
    try (LoadedModel model = load(Dtype.FLOAT32, new MemoryPolicy(0, 1_000))) {
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

  private static void assertSame(LongValues expected, LongValues actual, String which) {
    assertEquals(expected.perplexity(), actual.perplexity(), which);
    assertArrayEquals(expected.segmentPerplexity(), actual.segmentPerplexity(), which);
    assertArrayEquals(expected.segmentAttention(), actual.segmentAttention(), which);
  }

  private static List<Optional<LongValues>> signals(
      LoadedModel model, List<TokenizedSample> samples) {
    return LongValues.of(new SampleScorer(model.decoder(30_000), SETTINGS), samples);
  }

  private LoadedModel load(Dtype type, MemoryPolicy placement) {
    return LoadedModel.load(
        Checkpoint.open(directory), type, Device.cpu(), TileSizes.DEFAULT, placement);
  }

  public static List<TokenizedSample> samples(int count) {
    Random random = new Random(71);
    List<TokenizedSample> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      samples.add(
          new TokenizedSample(
              new int[0],
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
