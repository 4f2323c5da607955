package io.gateau.model.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import ai.djl.Device;
import io.gateau.model.LoadedModel;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.Family;
import io.gateau.testing.BrokenCheckpoint;
import io.gateau.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Windows by what they must and must not change; their numbers are in {@link FamilyGoldenTest}. */
class WindowTest {
  @TempDir Path temporary;

  /* The last token scored, 69 of 70, is predicted by position 68, which a window of 68 cuts off 0. */
  @Test
  void aWindowAsLongAsTheTextChangesNothingAndAShorterOneDoes() throws Exception {
    int[] tokens = new Random(5).ints(70, 0, 258).toArray();
    Decoder.FocusedOutput all = pass(1_000, tokens);
    Decoder.FocusedOutput whole = pass(70, tokens);
    Decoder.FocusedOutput shorter = pass(68, tokens);

    assertArrayEquals(all.negativeLogLikelihood(), whole.negativeLogLikelihood());
    assertArrayEquals(all.attention(), whole.attention());
    assertNotEquals(all.negativeLogLikelihood()[19], shorter.negativeLogLikelihood()[19]);
  }

  /* One layer: the 20 response rows 50 to 69 of 70 see back to 50 - 8 + 1 = 43. */
  @Test
  void whatNoWindowReachesGetsNoAttention() throws Exception {
    int[] tokens = new Random(6).ints(70, 0, 258).toArray();
    double[] attention = pass(8, tokens).attention();
    for (int position = 0; position < 43; position++) {
      assertEquals(0, attention[position]);
    }
    for (int position = 43; position < 70; position++) {
      assertNotEquals(0, attention[position]);
    }
  }

  private Decoder.FocusedOutput pass(int window, int[] tokens) throws IOException {
    Path path = windowed(TinyCheckpoint.tied().layers(1), window);
    try (LoadedModel model =
        LoadedModel.load(
            Checkpoint.open(path),
            Dtype.FLOAT32,
            Device.cpu(),
            new TileSizes(1000, 64, 3000, 3, 20, 16, 5000))) {
      return model.decoder(10_000).scoreWithFocus(tokens, 20);
    }
  }

  private Path windowed(TinyCheckpoint shape, int window) throws IOException {
    Path path = shape.write(Files.createTempDirectory(temporary, "model"));
    BrokenCheckpoint.config(
        path,
        config -> {
          config.putArray("architectures").add(Family.MISTRAL.architecture());
          config.put("sliding_window", window);
        });
    return path;
  }
}
