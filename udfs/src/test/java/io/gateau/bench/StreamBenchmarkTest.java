package io.gateau.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.testing.TinyCheckpoint;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamBenchmarkTest {
  @TempDir Path directory;

  /*
   * A layer of the tied shape: norms 2 x 32, q and o 32 x 32 each, k and v 16 x 32 each, three of
   * 48 x 32: 64 + 2,048 + 1,024 + 4,608 = 7,744 numbers; two layers of 4 bytes each.
   */
  @Test
  void bothWaysAreTimedOverTheSameTokens() throws Exception {
    TinyCheckpoint.tied().write(directory);
    try (StreamBenchmark bench = new StreamBenchmark(directory, Dtype.FLOAT32)) {
      assertEquals(2 * 7_744 * 4, bench.layerBytes());
      assertTrue(bench.fetchSeconds(3) > 0);
      StreamBenchmark.BatchGroup measured = bench.batchGroup(3, 20, 3);
      assertEquals(60, measured.tokens());
      assertTrue(measured.residentSeconds() > 0);
      assertEquals(measured.streamedSeconds() / measured.residentSeconds(), measured.ratio());
    }
  }

  @Test
  void aFolderWithoutAModelIsNamed() {
    String message =
        assertThrows(
                ModelException.class,
                () -> new StreamBenchmark(directory.resolve("none"), Dtype.FLOAT32))
            .getMessage();
    assertTrue(message.contains(directory.resolve("none").toString()), message);
  }
}
