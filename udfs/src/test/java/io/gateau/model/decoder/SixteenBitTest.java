package io.gateau.model.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import io.gateau.model.LoadedModel;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.testing.NaiveDecoder;
import io.gateau.testing.StoredDtype;
import io.gateau.testing.TinyCheckpoint;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** bfloat16 keeps 8 bits of a number and float16 11: close to float32, no more is promised. */
class SixteenBitTest {
  @TempDir Path directory;

  /* The bound is on the mean negative log-likelihood, in nats, and on each weight of attention. */
  @ParameterizedTest
  @CsvSource({
    "BFLOAT16, F32, 0.2, 0.1",
    "BFLOAT16, BF16, 0.2, 0.1",
    "FLOAT16, F32, 0.02, 0.01",
    "FLOAT16, F16, 0.02, 0.01"
  })
  void aSixteenBitDtypeIsCloseToTheExactNumbers(
      Dtype type, StoredDtype file, double nats, double weight) throws Exception {
    Path path = TinyCheckpoint.tied().dtype(file).write(directory.resolve("model"));
    int[] sequence = new Random(41).ints(300, 0, TinyCheckpoint.TOKENS).toArray();
    try (LoadedModel model = LoadedModel.load(Checkpoint.open(path), type, Device.cpu())) {
      NaiveDecoder.Trace exact = new NaiveDecoder(path).run(sequence, 250);
      Decoder.FocusedOutput pass = model.decoder(10_000).scoreWithFocus(sequence, 50);

      assertEquals(mean(exact.nll()), mean(pass.negativeLogLikelihood()), nats);
      assertEquals(1, Arrays.stream(pass.attention()).sum(), 1e-5);
      for (int i = 0; i < sequence.length; i++) {
        double is = pass.attention()[i];
        assertEquals(exact.attention()[i], is, weight * 10 / sequence.length);
        assertTrue(is >= 0);
      }
      assertTrue(model.decoder(10_000).mostLikelyNext(sequence) < TinyCheckpoint.TOKENS);
      double[][] batch =
          model
              .decoder(10_000)
              .negativeLogLikelihood(new int[][] {sequence, sequence, sequence}, 50);
      assertEquals(mean(pass.negativeLogLikelihood()), mean(batch[2]), nats);
    }
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }
}
