package io.gateau.model.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gateau.testing.FamilyCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stored signals are found by fingerprints: what a first version stored must still be found. */
class FingerprintTest {
  /** Name and first 16 digits, as the first version that stored signals computed them. */
  private static final String FIRST_VERSION =
      """
        gemma3, 212eeb7454c90824
        gemma3-linear, 5b255b9c8c3b9f72
        llama, ebc532218a35b722
        llama-biases, 3bcf65707fe3e52d
        llama-dynamic, fcffd46881adf1ba
        llama-linear, 1b330371c1aa9461
        llama-llama3, 82fae7626678c8a7
        llama-longrope, 01e3e496add86ac6
        llama-yarn, 7033566d9607480c
        llama-yarn-attention-factor, 77800c1cfc8e5e1d
        llama-yarn-keys, 82ce196239a8a8ff
        mistral, 0231f57daf64b13a
        mistral-window, b2bde7aac8bc4b55
        phi3-longrope, 3016307b7dc67b7a
        phi3-longrope-partial, 8a7f27bdb3bc90ef
        phi3-window, 3ec1d596ad9aa657
        qwen2, ded379125a111a4e
        qwen2-window, 5f1d11d121537ef0
        qwen2-yarn, fbc7e9fc813d5ee2
        qwen3, 090fbd73885d13f1
        qwen3-window, 62e8f279543208bd
      """;

  @TempDir Path temporary;

  @Test
  void everyFamilyKeepsTheFingerprintOfTheFirstVersion() throws IOException {
    List<String[]> expected = FIRST_VERSION.lines().map(line -> line.strip().split(", ")).toList();
    assertEquals(
        FamilyCheckpoint.names(), expected.stream().map(row -> row[0]).toList(), "families");
    for (String[] row : expected) {
      Path directory = FamilyCheckpoint.copy(row[0], "config.json", temporary);
      String fingerprint = Checkpoint.open(directory).fingerprint();
      assertEquals(row[1], fingerprint.substring(0, 16), row[0]);
    }
  }
}
