package io.gateau.model.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import io.gateau.model.LoadedModel;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.Family;
import io.gateau.testing.BrokenCheckpoint;
import io.gateau.testing.Deviations;
import io.gateau.testing.NaiveDecoder;
import io.gateau.testing.StoredDtype;
import io.gateau.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The attention between spans: which ones, by hand; how much, against the naive decoder. */
class SpanAttentionTest {
  private static final double ROPE_THETA = 777;
  private static final Set<Measure> SPANS = Set.of(Measure.SPAN_ATTENTION);

  @TempDir Path directory;

  /*
   * The last span begins 128 tokens before the end, the others every 512 tokens before it, as long
   * as that is beyond 128 + 4 * 512 = 2,176. A span that begins at 2,177 asks for those at 1,665,
   * 1,153, 641 and 129; one at 2,688 for a fifth, at 128.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "128   | |",
        "2304  | |",
        "2305  | 2177                     | 4",
        "2816  | 2688                     | 5",
        "2817  | 2689 2177                | 5 4",
        "32768 | 32640 32128 31616 31104  | 63 62 61 60"
      })
  void everyFourthSpanAsksForEveryFourthBeforeIt(int tokens, String starts, String spans) {
    int[] actual = SpanAttention.starts(tokens);
    int[] expected = numbers(starts);
    // Of a long sequence, the last spans.
    int[] leading = Arrays.copyOf(actual, Math.min(actual.length, 4));
    assertArrayEquals(expected, leading);
    assertArrayEquals(
        numbers(spans), Arrays.stream(leading).map(SpanAttention::spansBefore).toArray());
  }

  private static int[] numbers(String text) {
    return text == null
        ? new int[0]
        : Arrays.stream(text.split(" ")).mapToInt(Integer::parseInt).toArray();
  }

  /*
   * Two layers, whose attention differs. A window of 700 leaves the nearest span alone in sight. One
   * of 90 leaves none, and the last rows of a span see nothing before it.
   */
  @ParameterizedTest
  @CsvSource({"0, false", "0, true", "700, false", "90, false"})
  void itIsThatOfTheNaiveDecoder(int window, boolean smallTiles) throws Exception {
    Path path = checkpoint(window);
    TileSizes tiles = smallTiles ? new TileSizes(100, 60, 500, 3, 20, 16, 500) : TileSizes.DEFAULT;
    int[] tokens = new Random(4).ints(2_830, 0, TinyCheckpoint.TOKENS).toArray();
    SequenceGroup spans = new SequenceGroup(new int[][] {tokens}, 5, AttentionHeads.NONE, SPANS);
    SequenceGroup before = SequenceGroup.of(new Random(5).ints(50, 0, 258).toArray(), 7);
    try (LoadedModel model =
        LoadedModel.load(Checkpoint.open(path), Dtype.FLOAT32, Device.cpu(), tiles)) {
      Decoder decoder = model.decoder(ROPE_THETA);

      SequenceGroupOutput output =
          decoder.forward(List.of(new PackedBatch(List.of(before, spans)))).get(0).get(1);

      List<Double> expected = new ArrayList<>();
      for (double[][][] layer : new NaiveDecoder(path, ROPE_THETA).attention(tokens)) {
        expected.addAll(focus(layer));
      }
      double[] actual = output.measures().get(Measure.SPAN_ATTENTION);
      assertEquals(2 * (5 + 4), actual.length);
      double[] numbers = expected.stream().mapToDouble(number -> number).toArray();
      assertArrayEquals(numbers, actual, 1e-4, "attention of 128 rows");
      if (window == 0) {
        Deviations deviations = new Deviations();
        deviations.add("span attention", numbers, actual);
        deviations.assertBelow(1e-5);
      }
      assertArrayEquals(
          decoder.negativeLogLikelihood(new int[][] {tokens}, 5)[0],
          output.negativeLogLikelihood()[0],
          1e-5);
    }
  }

  @Test
  void aSequenceWithoutSpansHasNone() throws Exception {
    Path path = checkpoint(0);
    SequenceGroup group = new SequenceGroup(new int[1][40], 5, AttentionHeads.NONE, SPANS);
    try (LoadedModel model =
        LoadedModel.load(Checkpoint.open(path), Dtype.FLOAT32, Device.cpu(), TileSizes.DEFAULT)) {
      SequenceGroupOutput output =
          model.decoder(ROPE_THETA).forward(List.of(PackedBatch.of(group))).get(0).get(0);

      assertEquals(0, output.measures().get(Measure.SPAN_ATTENTION).length);
    }
  }

  /** Of one layer whose attention is formed whole: 2,702 asks for five spans, 2,190 for four. */
  private static List<Double> focus(double[][][] heads) {
    List<Double> focus = new ArrayList<>();
    for (int start : new int[] {2_702, 2_190}) {
      for (int key = start - 512; key >= 128; key -= 512) {
        double sum = 0;
        for (double[][] head : heads) {
          for (int row = start; row < start + 128; row++) {
            double visible = sum(head[row], 0, start);
            sum += visible == 0 ? 0 : sum(head[row], key, key + 128) / visible;
          }
        }
        focus.add(sum / heads.length);
      }
    }
    return focus;
  }

  private static double sum(double[] weights, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += weights[i];
    }
    return sum;
  }

  private Path checkpoint(int window) throws IOException {
    Path path =
        new TinyCheckpoint(
                2,
                16,
                2,
                1,
                8,
                12,
                TinyCheckpoint.TOKENS,
                TinyCheckpoint.Head.TIED,
                TinyCheckpoint.Bos.ADDED,
                ROPE_THETA,
                1e-5,
                3,
                StoredDtype.F32,
                1)
            .write(directory);
    if (window > 0) {
      BrokenCheckpoint.config(
          path,
          config -> {
            config.putArray("architectures").add(Family.MISTRAL.architecture());
            config.put("model_type", "mistral").put("sliding_window", window);
          });
    }
    return path;
  }
}
