package io.gateau.model.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import io.gateau.model.LoadedModel;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.testing.BrokenCheckpoint;
import io.gateau.testing.Deviations;
import io.gateau.testing.NaiveDecoder;
import io.gateau.testing.StoredDtype;
import io.gateau.testing.TinyCheckpoint;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The decoder against its naive twin, in blocks of every size. */
public class DecoderTest {
  /** Absolute, in nats, for float32 against double. */
  private static final double NATS = 2e-5;

  @TempDir Path directory;

  @Test
  void randomShapesAgreeWithTheNaiveDecoder() throws Exception {
    Deviations deviations = new Deviations();
    for (int seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      TinyCheckpoint shape = randomShape(random, seed);
      Path path = shape.write(directory.resolve("model" + seed));
      TileSizes blocks =
          new TileSizes(
              1 + random.nextInt(300),
              1 + random.nextInt(40),
              1 + random.nextInt(4000),
              1 + random.nextInt(9),
              1 + random.nextInt(40),
              1 + random.nextInt(90),
              1 + random.nextInt(9000));
      int[] tokens = random.ints(2 + random.nextInt(90), 0, shape.vocab()).toArray();
      int response = 1 + random.nextInt(tokens.length - 1);
      try (LoadedModel model = load(path, blocks)) {
        NaiveDecoder.Trace expected =
            new NaiveDecoder(path, 777).run(tokens, tokens.length - response);
        Decoder decoder = model.decoder(777);
        Decoder.FocusedOutput focused = decoder.scoreWithFocus(tokens, response);
        double[] plain = decoder.negativeLogLikelihood(new int[][] {tokens}, response)[0];

        String trial = "seed " + seed + ": " + shape + ", " + blocks + ", " + response;
        assertArrayEquals(expected.nll(), focused.negativeLogLikelihood(), NATS, trial);
        assertArrayEquals(expected.nll(), plain, NATS, trial);
        assertArrayEquals(expected.attention(), focused.attention(), 1e-6, trial);
        deviations.add("attention", expected.attention(), focused.attention());
        deviations.add(
            "perplexity",
            expected.perplexity(),
            Math.exp(Arrays.stream(plain).average().orElseThrow()));
      }
    }
    System.out.println("random shapes: " + deviations.table());
    deviations.assertBelow(1e-4);
  }

  @Test
  void aSequenceLongerThanEveryTileAgreesWithTheNaiveDecoder() throws Exception {
    Path path = TinyCheckpoint.tied().layers(1).hidden(16).write(directory.resolve("model"));
    int tokens = TileSizes.DEFAULT.tokens() + 52;
    int[] sequence = new Random(11).ints(tokens, 0, TinyCheckpoint.TOKENS).toArray();
    int response = 400; // 4 heads x 2100 keys x 400 rows: two blocks of attention weights
    assertTrue(4L * tokens * response > TileSizes.DEFAULT.attentionWeights());
    try (LoadedModel model = load(path, TileSizes.DEFAULT)) {
      NaiveDecoder.Trace expected = new NaiveDecoder(path).run(sequence, tokens - response);
      Decoder.FocusedOutput pass = model.decoder(10_000).scoreWithFocus(sequence, response);

      assertArrayEquals(expected.nll(), pass.negativeLogLikelihood(), NATS);
      Deviations deviations = new Deviations();
      deviations.add("attention", expected.attention(), pass.attention());
      deviations.assertBelow(1e-4);
    }
  }

  @Test
  void tileSizesNeverChangeANumber() throws Exception {
    Path path = TinyCheckpoint.separate().write(directory.resolve("model"));
    int[] sequence = new Random(12).ints(150, 0, 264).toArray();
    int response = 70;
    try (LoadedModel usual = load(path, TileSizes.DEFAULT)) {
      Decoder.FocusedOutput whole = usual.decoder(500_000).scoreWithFocus(sequence, response);
      // 150 = 149 + 1 = 2 x 75; 70 rows in 69 + 1, 35 + 35; 264 logits a row
      for (int tokens : new int[] {1, 75, 149, 150, 151}) {
        for (int rows : new int[] {1, 35, 69, 70, 71}) {
          TileSizes blocks = new TileSizes(tokens, tokens, 1, rows, tokens, rows, rows * 264);
          try (LoadedModel model = load(path, blocks)) {
            Decoder.FocusedOutput pass = model.decoder(500_000).scoreWithFocus(sequence, response);
            assertArrayEquals(
                whole.negativeLogLikelihood(),
                pass.negativeLogLikelihood(),
                1e-5,
                blocks.toString());
            // Weights up to 0.01; with keys below 150 another kernel forms the attention.
            assertArrayEquals(whole.attention(), pass.attention(), 2e-8, blocks.toString());
          }
        }
      }
    }
  }

  @Test
  void eachSequenceOfABatchIsScoredAsItIsAlone() throws Exception {
    Path path = TinyCheckpoint.separate().write(directory.resolve("model"));
    Random random = new Random(13);
    int[][] batch = new int[9][];
    for (int row = 0; row < batch.length; row++) {
      batch[row] = random.ints(40, 0, 264).toArray();
    }
    try (LoadedModel model = load(path, new TileSizes(100, 50, 2000, 3, 7, 8, 264 * 7))) {
      Decoder decoder = model.decoder(500_000);
      double[][] batched = decoder.negativeLogLikelihood(batch, 11);
      NaiveDecoder naive = new NaiveDecoder(path);
      for (int row = 0; row < batch.length; row++) {
        double[] alone = decoder.negativeLogLikelihood(new int[][] {batch[row]}, 11)[0];
        assertArrayEquals(alone, batched[row], 1e-5);
        assertArrayEquals(naive.run(batch[row], 29).nll(), batched[row], NATS);
      }
    }
  }

  /*
   * All rows of the output projection are nearly the same, 90 times as long as usual: at some
   * positions every logit is above the 88 whose exponential float32 holds, at others below -88.
   */
  @Test
  void logitsThatFloat32CannotRaiseAreScoredAllTheSame() throws Exception {
    Path path = TinyCheckpoint.separate().write(directory.resolve("model"));
    Random random = new Random(17);
    double[] common = random.doubles(20, -90, 90).toArray();
    float[] head = new float[264 * 20];
    for (int i = 0; i < head.length; i++) {
      head[i] = (float) (common[i % 20] + random.nextGaussian());
    }
    BrokenCheckpoint.setTensor(path, "lm_head.weight", head);
    int[] sequence = random.ints(90, 0, 264).toArray();
    try (LoadedModel model = load(path, new TileSizes(100, 64, 3000, 4, 32, 16, 16 * 100))) {
      double[] expected = new NaiveDecoder(path).run(sequence, 10).nll();

      assertArrayEquals(expected, nll(model.decoder(500_000), sequence, 80), 1e-3);
    }
  }

  @Test
  void attentionSumsToOneAndIsNeverNegative() throws Exception {
    Path path = TinyCheckpoint.tied().write(directory.resolve("model"));
    try (LoadedModel model = load(path, new TileSizes(100, 64, 3000, 4, 32, 16, 5000))) {
      Decoder decoder = model.decoder(10_000);
      Random random = new Random(14);
      for (int trial = 0; trial < 20; trial++) {
        int[] sequence = random.ints(2 + random.nextInt(200), 0, 258).toArray();
        double[] attention =
            decoder.scoreWithFocus(sequence, 1 + random.nextInt(sequence.length - 1)).attention();

        assertEquals(sequence.length, attention.length);
        assertEquals(1, Arrays.stream(attention).sum(), 1e-6);
        assertTrue(Arrays.stream(attention).allMatch(weight -> weight >= 0));
      }
    }
  }

  @Test
  void aTokenIsScoredByWhatComesBeforeItAlone() throws Exception {
    Path path = TinyCheckpoint.tied().write(directory.resolve("model"));
    int[] sequence = new Random(15).ints(60, 0, 258).toArray();
    try (LoadedModel model = load(path, new TileSizes(100, 16, 500, 2, 8, 4, 1000))) {
      Decoder decoder = model.decoder(10_000);
      double[] scores = nll(decoder, sequence, 20);

      int[] otherEnd = sequence.clone();
      otherEnd[59] = (otherEnd[59] + 1) % 258;
      assertArrayEquals(
          Arrays.copyOf(scores, 19), Arrays.copyOf(nll(decoder, otherEnd, 20), 19), 1e-6);
      int[] shorter = Arrays.copyOf(sequence, 50);
      assertArrayEquals(Arrays.copyOf(scores, 10), nll(decoder, shorter, 10), 1e-5);
      int[] otherStart = sequence.clone();
      otherStart[0] = (otherStart[0] + 1) % 258;
      double[] moved = nll(decoder, otherStart, 20);
      for (int i = 0; i < moved.length; i++) {
        assertTrue(Math.abs(moved[i] - scores[i]) > 1e-7, "the first token does not matter");
      }
    }
  }

  @Test
  void theMostLikelyTokenIsThatOfTheNaiveDecoder() throws Exception {
    Path path = TinyCheckpoint.separate().write(directory.resolve("model"));
    try (LoadedModel model = load(path, TileSizes.DEFAULT)) {
      Decoder decoder = model.decoder(500_000);
      int[] sequence = {65};
      for (int expected : new NaiveDecoder(path).greedy(65, 30)) {
        int next = decoder.mostLikelyNext(sequence);
        assertEquals(expected, next);
        sequence = Arrays.copyOf(sequence, sequence.length + 1);
        sequence[sequence.length - 1] = next;
      }
    }
  }

  @Test
  void everyPassIsCountedByDecoderAndModel() throws Exception {
    Path path = TinyCheckpoint.tied().write(directory.resolve("model"));
    try (LoadedModel model = load(path, TileSizes.DEFAULT)) {
      Decoder one = model.decoder(10_000);
      Decoder other = model.decoder(40_000);
      one.negativeLogLikelihood(new int[3][5], 2);
      other.scoreWithFocus(new int[7], 2);
      other.mostLikelyNext(new int[4]);

      assertEquals(1, one.inferenceCount().batches());
      assertEquals(3, one.inferenceCount().sequences());
      assertEquals(15, one.inferenceCount().tokens());
      assertEquals(2, other.inferenceCount().batches());
      assertEquals(2, other.inferenceCount().sequences());
      assertEquals(11, other.inferenceCount().tokens());
      assertEquals(5, model.inferenceCount().sequences());
      assertEquals(26, model.inferenceCount().tokens());
    }
  }

  @Test
  void impossibleRequestsAreErrors() throws Exception {
    Path path = TinyCheckpoint.tied().write(directory.resolve("model"));
    try (LoadedModel model = load(path, TileSizes.DEFAULT)) {
      Decoder decoder = model.decoder(10_000);

      assertEquals(
          "5 response tokens in a sequence of 5; at least one token must precede the response",
          complaint(() -> nll(decoder, new int[5], 5)));
      assertEquals(
          "0 response tokens in a sequence of 5; at least one token must precede the response",
          complaint(() -> nll(decoder, new int[5], 0)));
      assertEquals(
          "a sequence group needs a sequence",
          complaint(() -> decoder.negativeLogLikelihood(new int[0][], 1)));
      // as many tokens in all as three of length four
      assertEquals(
          "the sequences of a group differ in length: 4 and 3 tokens",
          complaint(
              () ->
                  decoder.negativeLogLikelihood(
                      new int[][] {new int[4], new int[3], new int[5]}, 1)));
      assertEquals(
          "nothing can follow an empty sequence; give a token",
          complaint(() -> decoder.mostLikelyNext(new int[0])));
    }
  }

  @Test
  void aTokenOutsideTheVocabularyIsAnErrorAndTheDecoderLivesOn() throws Exception {
    Path path = TinyCheckpoint.tied().write(directory.resolve("model"));
    try (LoadedModel model = load(path, TileSizes.DEFAULT)) {
      Decoder decoder = model.decoder(10_000);
      double[] before = nll(decoder, new int[] {1, 2, 3}, 1);

      assertThrows(RuntimeException.class, () -> nll(decoder, new int[] {1, 999, 3}, 1));
      assertThrows(RuntimeException.class, () -> nll(decoder, new int[] {1, 2, -1}, 1));

      assertArrayEquals(before, nll(decoder, new int[] {1, 2, 3}, 1), 1e-6);
    }
  }

  private static double[] nll(Decoder decoder, int[] sequence, int response) {
    return decoder.negativeLogLikelihood(new int[][] {sequence}, response)[0];
  }

  private static String complaint(Runnable call) {
    return assertThrows(IllegalArgumentException.class, call::run).getMessage();
  }

  private static LoadedModel load(Path path, TileSizes blocks) {
    return LoadedModel.load(Checkpoint.open(path), Dtype.FLOAT32, Device.cpu(), blocks);
  }

  private static TinyCheckpoint randomShape(Random random, int seed) {
    int kvHeads = 1 + random.nextInt(3);
    int heads = kvHeads * (1 + random.nextInt(4));
    boolean derived = random.nextBoolean();
    int hidden = derived ? heads * 2 * (1 + random.nextInt(4)) : 8 + random.nextInt(40);
    return new TinyCheckpoint(
        1 + random.nextInt(3),
        hidden,
        heads,
        kvHeads,
        derived ? TinyCheckpoint.DERIVED : 2 * (1 + random.nextInt(8)),
        1 + random.nextInt(60),
        TinyCheckpoint.TOKENS + random.nextInt(40),
        pick(random, TinyCheckpoint.Head.values()),
        pick(random, TinyCheckpoint.Bos.values()),
        Math.pow(10, 2 + 4 * random.nextDouble()),
        random.nextBoolean() ? 1e-5 : 1e-6,
        seed,
        pick(random, StoredDtype.values()),
        1 + random.nextInt(4));
  }

  private static <T> T pick(Random random, T[] values) {
    return Arrays.asList(values).get(random.nextInt(values.length));
  }
}
