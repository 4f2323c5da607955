package io.gateau.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import io.gateau.model.LoadedModel;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.decoder.Decoder;
import io.gateau.testing.NaiveDecoder;
import io.gateau.testing.TinyCheckpoint;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecoderTrainerTest {
  @TempDir Path directory;

  @Test
  void theLossIsThatOfTheNaiveDecoderWeightedAsTheBatchSays() throws Exception {
    for (TinyCheckpoint shape :
        new TinyCheckpoint[] {TinyCheckpoint.tied(), TinyCheckpoint.separate()}) {
      Path path = shape.write(directory.resolve("model" + shape.seed()));
      TrainingBatch batch = batch(shape.vocab(), 3, 40, 5);
      double sum = 0;
      double lossWeights = 0;
      for (int row = 0; row < 3; row++) {
        double[] nll = new NaiveDecoder(path, 777).run(batch.tokens()[row], 1).nll();
        for (int i = 1; i < 40; i++) {
          sum += batch.lossWeights()[row][i] * nll[i - 1];
          lossWeights += batch.lossWeights()[row][i];
        }
      }
      try (DecoderTrainer trainer = open(path)) {
        trainer.ropeTheta(777);
        assertEquals(sum / lossWeights, trainer.gradients(batch).loss(), 2e-5, shape.toString());
      }
    }
  }

  @Test
  void theTrainingLayersAgreeWithThoseThatScore() throws Exception {
    TinyCheckpoint shape = TinyCheckpoint.tied().hidden(64).ffn(96);
    Path path = shape.write(directory.resolve("model"));
    int[] sequence = new Random(3).ints(700, 0, shape.vocab()).toArray();
    float[] lossWeights = new float[700];
    Arrays.fill(lossWeights, 100, 700, 1);
    try (DecoderTrainer trainer = open(path);
        LoadedModel model = LoadedModel.load(Checkpoint.open(path), Dtype.FLOAT32, Device.cpu())) {
      double[] scored = model.decoder(10_000).negativeLogLikelihood(new int[][] {sequence}, 600)[0];
      TrainingBatch batch = new TrainingBatch(new int[][] {sequence}, new float[][] {lossWeights});
      assertEquals(
          Arrays.stream(scored).average().orElseThrow(), trainer.gradients(batch).loss(), 2e-5);
    }
  }

  /**
   * Along the gradient of length g the loss rises by g per unit: (f(w + h g/|g|) - f(w - h g/|g|))
   * / 2h = |g|, for each tensor alone, with f in double by the naive decoder.
   */
  @Test
  void everyGradientIsTheSlopeThatFiniteDifferencesFind() throws Exception {
    TinyCheckpoint shape = TinyCheckpoint.tied();
    Path path = shape.write(directory.resolve("model"));
    TrainingBatch batch = batch(shape.vocab(), 2, 24, 9);
    Map<String, float[]> gradients;
    try (DecoderTrainer trainer = open(path)) {
      gradients = trainer.gradients(batch).byName();
    }
    assertEquals(2 + 2 * 9, gradients.size(), "one gradient for each tensor");
    for (Map.Entry<String, float[]> entry : gradients.entrySet()) {
      double length = 0;
      for (float slope : entry.getValue()) {
        length += (double) slope * slope;
      }
      length = Math.sqrt(length);
      assertTrue(length > 0, entry.getKey() + " has no gradient");
      double h = 1e-3;
      double found =
          (naiveLoss(path, batch, entry, h / length) - naiveLoss(path, batch, entry, -h / length))
              / (2 * h);
      assertEquals(1, found / length, 2e-3, entry.getKey());
    }
  }

  private static double naiveLoss(
      Path path, TrainingBatch batch, Map.Entry<String, float[]> direction, double by)
      throws Exception {
    double sum = 0;
    double lossWeights = 0;
    NaiveDecoder moved = new NaiveDecoder(path, 10_000);
    moved.move(direction.getKey(), direction.getValue(), by);
    for (int row = 0; row < batch.tokens().length; row++) {
      double[] nll = moved.run(batch.tokens()[row], 1).nll();
      for (int i = 1; i <= nll.length; i++) {
        sum += batch.lossWeights()[row][i] * nll[i - 1];
        lossWeights += batch.lossWeights()[row][i];
      }
    }
    return sum / lossWeights;
  }

  @Test
  void theSameStepsGiveTheSameBytes() throws Exception {
    Path path = TinyCheckpoint.tied().write(directory.resolve("model"));
    String first = trained(path, 5, "first");
    assertEquals(first, trained(path, 5, "second"));
    assertNotEquals(first, trained(path, 6, "third"), "the check does not see other weights");
  }

  private String trained(Path path, long seed, String name) {
    try (DecoderTrainer trainer = open(path)) {
      for (int step = 0; step < 12; step++) {
        trainer.step(batch(TinyCheckpoint.TOKENS, 4, 64, seed + step), 1e-2);
      }
      return Checkpoint.open(trainer.save(directory.resolve(name), 64)).fingerprint();
    }
  }

  @Test
  void whatIsLearnedIsSavedAndScoresAsItWasTrained() throws Exception {
    Path path = TinyCheckpoint.tied().write(directory.resolve("model"));
    TrainingBatch batch = batch(TinyCheckpoint.TOKENS, 2, 32, 1);
    Path saved = directory.resolve("saved");
    double last = 0;
    try (DecoderTrainer trainer = open(path)) {
      trainer.ropeTheta(2_000);
      double first = trainer.step(batch, 3e-3).loss();
      for (int step = 0; step < 150; step++) {
        last = trainer.step(batch, 3e-3).loss();
      }
      assertTrue(last < first / 10, "the loss went from " + first + " to " + last + " only");
      trainer.save(saved, 32);
    }
    assertEquals(2_000, Checkpoint.open(saved).config().ropeTheta());
    try (DecoderTrainer again = open(saved)) {
      assertEquals(last, again.gradients(batch).loss(), 0.05, "bfloat16 costs little");
    }
  }

  @Test
  void savedWithAWindowItIsTheSameModelThatAttendsNoFurther() throws Exception {
    Path path = TinyCheckpoint.tied().write(directory.resolve("model"));
    Path plain = directory.resolve("plain");
    Path windowed = directory.resolve("windowed");
    try (DecoderTrainer trainer = open(path)) {
      trainer.save(plain, 8);
      trainer.saveWithWindow(windowed, 8);
    }
    int[] sequence = new Random(3).ints(40, 0, TinyCheckpoint.TOKENS).toArray();
    try (LoadedModel full = load(plain);
        LoadedModel withWindow = load(windowed)) {
      double[] fullLosses = losses(full.decoder(10_000), Arrays.copyOf(sequence, 8), 7);
      assertArrayEquals(
          fullLosses, losses(withWindow.decoder(10_000), Arrays.copyOf(sequence, 8), 7), 1e-6);
      int[] other = sequence.clone();
      other[0]++;
      // Two layers of 8 positions each: the first token reaches the 15th and no further.
      assertArrayEquals(
          losses(withWindow.decoder(10_000), sequence, 20),
          losses(withWindow.decoder(10_000), other, 20),
          1e-6);
      assertNotEquals(
          losses(full.decoder(10_000), sequence, 1)[0], losses(full.decoder(10_000), other, 1)[0]);
    }
    try (DecoderTrainer again = open(windowed)) {
      again.save(directory.resolve("again"), 8);
    }
    assertEquals(
        Checkpoint.open(plain).fingerprint(),
        Checkpoint.open(directory.resolve("again")).fingerprint());
  }

  private static LoadedModel load(Path path) {
    return LoadedModel.load(Checkpoint.open(path), Dtype.FLOAT32, Device.cpu());
  }

  private static double[] losses(Decoder decoder, int[] sequence, int last) {
    return decoder.negativeLogLikelihood(new int[][] {sequence}, last)[0];
  }

  @Test
  void theFirstStepOfAdamMovesEachWeightByTheLearningRate() throws Exception {
    Path path = TinyCheckpoint.tied().write(directory.resolve("model"));
    TrainingBatch batch = batch(TinyCheckpoint.TOKENS, 2, 32, 1);
    try (DecoderTrainer trainer = open(path)) {
      // After one step both moments are the gradient itself: g / sqrt(g^2) = its sign.
      float[] slope = trainer.gradients(batch).byName().get("model.norm.weight");
      float[] before = trainer.weights("model.norm.weight");
      trainer.step(batch, 1e-3);
      float[] after = trainer.weights("model.norm.weight");
      float[] expected = before.clone();
      for (int i = 0; i < expected.length; i++) {
        expected[i] -= 1e-3f * Math.signum(slope[i]);
      }
      assertArrayEquals(expected, after, 2e-6f);
    }
  }

  @Test
  void whatCannotBeTrainedIsRefused() throws Exception {
    Path path = TinyCheckpoint.tied().write(directory.resolve("model"));
    try (DecoderTrainer trainer = open(path)) {
      TrainingBatch outside = new TrainingBatch(new int[][] {{1, 258}}, new float[][] {{0, 1}});
      assertEquals(
          "token 258 is outside the vocabulary of 258",
          assertThrows(IllegalArgumentException.class, () -> trainer.step(outside, 1))
              .getMessage());
      assertEquals(
          "learning rate 0.0 is not positive",
          assertThrows(IllegalArgumentException.class, () -> trainer.step(outside, 0))
              .getMessage());
    }
    assertEquals(
        "the loss weights add up to 0.0; at least one token after the first must count",
        assertThrows(
                IllegalArgumentException.class,
                () -> new TrainingBatch(new int[][] {{1, 2}}, new float[][] {{1, 0}}))
            .getMessage());
  }

  private static DecoderTrainer open(Path path) {
    return DecoderTrainer.open(path, AdamConfig.DEFAULT);
  }

  private static TrainingBatch batch(int vocabulary, int rows, int length, long seed) {
    Random random = new Random(seed);
    int[][] tokens = new int[rows][];
    float[][] lossWeights = new float[rows][length];
    for (int row = 0; row < rows; row++) {
      tokens[row] = random.ints(length, 0, vocabulary).toArray();
      for (int i = 1; i < length; i++) {
        lossWeights[row][i] = random.nextInt(3) == 0 ? 0 : random.nextInt(1, 4) * 0.5f;
      }
    }
    return new TrainingBatch(tokens, lossWeights);
  }
}
