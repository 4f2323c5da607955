package io.gateau.model.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.Device;
import io.gateau.model.LoadedModel;
import io.gateau.model.MemoryPolicy;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.testing.Deviations;
import io.gateau.testing.FamilyCheckpoint;
import io.gateau.testing.NaiveDecoder;
import io.gateau.testing.TinyCheckpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What passes measure on request, against the naive decoder. */
class MeasureTest {
  private static final Set<Measure> MEAN = Set.of(Measure.MEAN_HIDDEN_STATE);
  private static final Measure FIRST_LAYER = Measure.FIRST_LAYER_ATTENTION;
  private static final double ROPE_THETA = 777;

  @TempDir Path directory;

  /* Lengths below and above every tile; groups that are measured stand beside groups that are not. */
  @Test
  void theMeanHiddenStateIsThatOfTheNaiveDecoder() throws Exception {
    for (TinyCheckpoint shape : List.of(TinyCheckpoint.tied(), TinyCheckpoint.separate())) {
      Path path = shape.write(directory.resolve(shape.toString().hashCode() + ""));
      NaiveDecoder naive = new NaiveDecoder(path, ROPE_THETA);
      for (TileSizes tiles :
          List.of(TileSizes.DEFAULT, new TileSizes(100, 7, 500, 3, 20, 16, 5000))) {
        List<SequenceGroup> groups =
            List.of(
                group(1, 5, 1, MEAN),
                group(2, 61, 13, Set.of()),
                group(3, 61, 60, MEAN),
                group(4, 40, 2, MEAN));
        try (LoadedModel model = load(path, tiles, MemoryPolicy.DEFAULT)) {
          List<SequenceGroupOutput> outputs =
              model.decoder(ROPE_THETA).forward(List.of(new PackedBatch(groups))).get(0);
          for (int i = 0; i < groups.size(); i++) {
            SequenceGroup group = groups.get(i);
            int[] tokens = group.sequences()[0];
            String which = shape + ", " + tiles + ", group " + i;
            assertArrayEquals(
                naive.run(tokens, tokens.length - group.responseTokens()).nll(),
                outputs.get(i).negativeLogLikelihood()[0],
                2e-5,
                which);
            assertEquals(group.measures(), outputs.get(i).measures().keySet(), which);
            if (group.measures().equals(MEAN)) {
              assertArrayEquals(
                  mean(naive.hiddenStates(tokens)),
                  outputs.get(i).measures().get(Measure.MEAN_HIDDEN_STATE),
                  1e-5,
                  which);
            }
          }
        }
      }
    }
  }

  /* Attention is collected and all rows are computed in one pass. */
  @Test
  void theMeanGoesWithTheAttentionOfTheResponse() throws Exception {
    Path path = TinyCheckpoint.tied().write(directory);
    int[] tokens = new Random(8).ints(70, 0, 258).toArray();
    try (LoadedModel model = load(path, TileSizes.DEFAULT, MemoryPolicy.DEFAULT)) {
      Decoder decoder = model.decoder(ROPE_THETA);
      SequenceGroup both =
          new SequenceGroup(new int[][] {tokens}, 20, AttentionHeads.all(decoder.config()), MEAN);
      SequenceGroupOutput output = decoder.forward(List.of(PackedBatch.of(both))).get(0).get(0);

      assertArrayEquals(decoder.scoreWithFocus(tokens, 20).attention(), output.attention(), 1e-7);
      assertArrayEquals(
          mean(new NaiveDecoder(path, ROPE_THETA).hiddenStates(tokens)),
          output.measures().get(Measure.MEAN_HIDDEN_STATE),
          1e-5);
    }
  }

  @Test
  void streamedLayersMeasureTheSameToTheBit() throws Exception {
    Path path = TinyCheckpoint.separate().layers(3).write(directory);
    List<PackedBatch> batches =
        List.of(
            new PackedBatch(List.of(group(1, 30, 4, MEAN), group(2, 20, 3, MEAN))),
            PackedBatch.of(group(3, 50, 9, MEAN)));
    List<Map<Measure, double[]>> resident = measured(path, MemoryPolicy.DEFAULT, batches);
    List<Map<Measure, double[]>> streamed = measured(path, new MemoryPolicy(0, 1_000), batches);

    assertEquals(3, resident.size());
    for (int i = 0; i < resident.size(); i++) {
      assertArrayEquals(
          resident.get(i).get(Measure.MEAN_HIDDEN_STATE),
          streamed.get(i).get(Measure.MEAN_HIDDEN_STATE));
    }
  }

  /* Heads that share keys, biases, norms of heads, windows: every family has its own first layer. */
  @Test
  void theFirstLayersFarAttentionIsThatOfTheNaiveDecoder() throws Exception {
    for (String family : FamilyCheckpoint.names()) {
      Path path = FamilyCheckpoint.copy(family, "config.json", directory);
      NaiveDecoder naive = new NaiveDecoder(path);
      for (TileSizes tiles :
          List.of(TileSizes.DEFAULT, new TileSizes(100, 7, 50, 3, 20, 16, 5000))) {
        try (LoadedModel model = load(path, tiles, MemoryPolicy.DEFAULT)) {
          Decoder decoder = model.decoder(model.checkpoint().config().ropeTheta());
          List<SequenceGroup> groups =
              Stream.of(2, 3, 40, 61, 90).map(length -> firstLayer(length, length, 64)).toList();

          List<SequenceGroupOutput> outputs =
              decoder.forward(List.of(new PackedBatch(groups))).get(0);

          for (int i = 0; i < groups.size(); i++) {
            assertArrayEquals(
                farSums(naive.attention(groups.get(i).sequences()[0])[0]),
                outputs.get(i).measures().get(FIRST_LAYER),
                2e-5,
                family + ", " + tiles + ", group " + i);
            assertEquals(0, outputs.get(i).negativeLogLikelihood()[0].length);
            assertEquals(0, outputs.get(i).attention().length);
          }
        }
      }
    }
  }

  @Test
  void aSequenceLongerThanEveryTileHasTheFarAttentionOfTheNaiveDecoder() throws Exception {
    Path path = TinyCheckpoint.tied().layers(1).hidden(16).write(directory);
    SequenceGroup group = firstLayer(21, TileSizes.DEFAULT.tokens() + 77, TinyCheckpoint.TOKENS);
    try (LoadedModel model = load(path, TileSizes.DEFAULT, MemoryPolicy.DEFAULT)) {
      double[] actual =
          model
              .decoder(ROPE_THETA)
              .forward(List.of(PackedBatch.of(group)))
              .get(0)
              .get(0)
              .measures()
              .get(FIRST_LAYER);
      Deviations deviations = new Deviations();
      deviations.add(
          "far attention",
          farSums(new NaiveDecoder(path, ROPE_THETA).attention(group.sequences()[0])[0]),
          actual);
      deviations.assertBelow(1e-5);
    }
  }

  /* A batch of three layers and one of the first layer alone go through the layers together. */
  @Test
  void theFirstLayerAloneRunsBesideWholeBatches() throws Exception {
    Path path = TinyCheckpoint.separate().layers(3).write(directory);
    PackedBatch whole = PackedBatch.of(group(1, 30, 4, MEAN));
    PackedBatch first = PackedBatch.of(firstLayer(2, 50, 258));
    for (MemoryPolicy policy : List.of(MemoryPolicy.DEFAULT, new MemoryPolicy(0, 1_000))) {
      double[] alone = measured(path, policy, List.of(first)).get(0).get(FIRST_LAYER);
      double[] meanAlone =
          measured(path, policy, List.of(whole)).get(0).get(Measure.MEAN_HIDDEN_STATE);
      List<Map<Measure, double[]>> both = measured(path, policy, List.of(first, whole));

      assertArrayEquals(alone, both.get(0).get(FIRST_LAYER));
      assertArrayEquals(meanAlone, both.get(1).get(Measure.MEAN_HIDDEN_STATE));
      assertArrayEquals(
          farSums(
              new NaiveDecoder(path, ROPE_THETA)
                  .attention(first.groups().get(0).sequences()[0])[0]),
          alone,
          2e-5);
    }
  }

  /* Weights and hidden states have 8 or 11 binary digits; sums are float32 and float64. */
  @ParameterizedTest
  @CsvSource({"BFLOAT16, 3e-2", "FLOAT16, 4e-3"})
  void sixteenBitsMeasureNearlyTheSame(Dtype dtype, double tolerance) throws Exception {
    Path path = TinyCheckpoint.separate().write(directory);
    List<PackedBatch> batches =
        List.of(PackedBatch.of(group(1, 90, 4, MEAN)), PackedBatch.of(firstLayer(2, 90, 258)));
    List<Map<Measure, double[]>> expected = measured(path, MemoryPolicy.DEFAULT, batches);
    try (LoadedModel model =
        LoadedModel.load(Checkpoint.open(path), dtype, Device.cpu(), TileSizes.DEFAULT)) {
      List<List<SequenceGroupOutput>> actual = model.decoder(ROPE_THETA).forward(batches);
      for (int i = 0; i < batches.size(); i++) {
        Map<Measure, double[]> measures = actual.get(i).get(0).measures();
        assertEquals(expected.get(i).keySet(), measures.keySet());
        expected
            .get(i)
            .forEach(
                (measure, numbers) ->
                    assertArrayEquals(
                        numbers,
                        measures.get(measure),
                        tolerance * largest(numbers),
                        measure + ""));
      }
    }
  }

  private static double largest(double[] numbers) {
    return Arrays.stream(numbers).map(Math::abs).max().orElseThrow();
  }

  @Test
  void theFirstLayerAloneGoesWithNothingElse() {
    assertEquals(
        "a group of which the first layer is measured computes no other layer; put what else is"
            + " asked for into another group",
        assertThrows(IllegalArgumentException.class, () -> group(1, 9, 2, Set.of(FIRST_LAYER)))
            .getMessage());
    assertEquals(
        "all layers compute some groups of this batch, and only the first layer others; put these"
            + " into a batch of their own",
        assertThrows(
                IllegalArgumentException.class,
                () -> new PackedBatch(List.of(firstLayer(1, 9, 64), group(2, 9, 2, Set.of()))))
            .getMessage());
  }

  private static SequenceGroup firstLayer(int seed, int tokens, int vocabulary) {
    int[] sequence = new Random(seed).ints(tokens, 0, vocabulary).toArray();
    return new SequenceGroup(new int[][] {sequence}, 0, AttentionHeads.NONE, Set.of(FIRST_LAYER));
  }

  /**
   * Of one layer, formed whole: for each head the sum of far weights, then that of their squares.
   */
  private static double[] farSums(double[][][] heads) {
    double[] sums = new double[2 * heads.length];
    for (int head = 0; head < heads.length; head++) {
      int tokens = heads[head].length;
      for (int query = 0; query < tokens; query++) {
        for (int key = 0; key < tokens; key++) {
          if (query - key >= tokens / 4.0) {
            sums[head] += heads[head][query][key];
            sums[heads.length + head] += heads[head][query][key] * heads[head][query][key];
          }
        }
      }
    }
    return sums;
  }

  private static List<Map<Measure, double[]>> measured(
      Path path, MemoryPolicy policy, List<PackedBatch> batches) {
    List<Map<Measure, double[]>> measured = new ArrayList<>();
    try (LoadedModel model = load(path, TileSizes.DEFAULT, policy)) {
      for (List<SequenceGroupOutput> outputs : model.decoder(ROPE_THETA).forward(batches)) {
        outputs.forEach(output -> measured.add(output.measures()));
      }
    }
    return measured;
  }

  private static SequenceGroup group(int seed, int tokens, int response, Set<Measure> measures) {
    int[] sequence = new Random(seed).ints(tokens, 0, 258).toArray();
    return new SequenceGroup(new int[][] {sequence}, response, AttentionHeads.NONE, measures);
  }

  private static double[] mean(double[][] states) {
    double[] mean = new double[states[0].length];
    for (double[] state : states) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += state[i] / states.length;
      }
    }
    return mean;
  }

  private static LoadedModel load(Path path, TileSizes tiles, MemoryPolicy policy) {
    return LoadedModel.load(Checkpoint.open(path), Dtype.FLOAT32, Device.cpu(), tiles, policy);
  }
}
