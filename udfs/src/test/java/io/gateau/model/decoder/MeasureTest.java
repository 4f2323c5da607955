package io.gateau.model.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import io.gateau.model.LoadedModel;
import io.gateau.model.MemoryPolicy;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.testing.NaiveDecoder;
import io.gateau.testing.TinyCheckpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What passes measure on request, against the naive decoder. */
class MeasureTest {
  private static final Set<Measure> MEAN = Set.of(Measure.MEAN_HIDDEN_STATE);
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
          new SequenceGroup(
              new int[][] {tokens}, 20, AttentionHeads.all(decoder.config()), MEAN);
      SequenceGroupOutput output = decoder.forward(List.of(PackedBatch.of(both))).get(0).get(0);

      assertArrayEquals(
          decoder.scoreWithFocus(tokens, 20).attention(), output.attention(), 1e-7);
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
