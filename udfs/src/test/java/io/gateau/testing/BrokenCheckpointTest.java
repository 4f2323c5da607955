package io.gateau.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every method spoils what it says, and nothing else. */
class BrokenCheckpointTest {

  private static final String TENSOR = "model.layers.1.mlp.up_proj.weight";

  @TempDir Path directory;

  @BeforeEach
  void write() throws Exception {
    TinyCheckpoint.tied().write(directory);
  }

  @Test
  void aTensorIsMissing() throws Exception {
    BrokenCheckpoint.missingTensor(directory, TENSOR);

    assertEquals("the checkpoint has no tensor " + TENSOR, complaint());
  }

  @Test
  void aTensorInAShardIsMissing() throws Exception {
    Path split = TinyCheckpoint.tied().shards(3).write(directory.resolve("split"));
    BrokenCheckpoint.missingTensor(split, TENSOR);

    assertFalse(Safetensors.readDirectory(split).containsKey(TENSOR));
    assertTrue(Files.readString(split.resolve("model.safetensors.index.json")).contains(TENSOR));
  }

  @Test
  void aTensorHasARowTooFew() throws Exception {
    BrokenCheckpoint.wrongShape(directory, TENSOR);

    assertEquals(TENSOR + " has shape [47, 32], the configuration asks for [48, 32]", complaint());
  }

  @Test
  void aTensorTooMuchLeavesTheOthersAlone() throws Exception {
    double before = new NaiveDecoder(directory).logits(new int[] {1})[0];
    BrokenCheckpoint.unknownTensor(directory);

    assertTrue(Safetensors.readDirectory(directory).containsKey(BrokenCheckpoint.UNKNOWN_TENSOR));
    assertEquals(before, new NaiveDecoder(directory).logits(new int[] {1})[0]);
  }

  @Test
  void oneNanSpoilsEveryLikelihood() throws Exception {
    BrokenCheckpoint.nan(directory, TENSOR);

    assertTrue(Double.isNaN(new NaiveDecoder(directory).run(new int[] {1, 2}, 1).perplexity()));
  }

  @Test
  void theDataEndEarlierThanTheHeaderSays() throws Exception {
    long before = Files.size(directory.resolve("model.safetensors"));
    BrokenCheckpoint.truncated(directory);

    assertEquals(before - before / 4, Files.size(directory.resolve("model.safetensors")));
  }

  @Test
  void theHeaderEndsEarly() throws Exception {
    BrokenCheckpoint.truncatedHeader(directory);

    byte[] bytes = Files.readAllBytes(directory.resolve("model.safetensors"));
    assertTrue(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong() > bytes.length);
  }

  @Test
  void aShardIsMissing() throws Exception {
    Path split = TinyCheckpoint.tied().shards(3).write(directory.resolve("split"));
    BrokenCheckpoint.missingShard(split);

    assertEquals(2, Safetensors.files(split).size());
  }

  @Test
  void onlyAPytorchFileIsLeft() throws Exception {
    BrokenCheckpoint.pytorchBinOnly(directory);

    assertTrue(Safetensors.files(directory).isEmpty());
    assertTrue(Files.exists(directory.resolve("pytorch_model.bin")));
  }

  @Test
  void theArchitectureIsUnknown() throws Exception {
    BrokenCheckpoint.unknownArchitecture(directory);

    assertTrue(complaint().startsWith("model_type cake is not known: {"), this::complaint);
    assertTrue(complaint().contains("CakeForCausalLM"), this::complaint);
  }

  private String complaint() {
    return assertThrows(IllegalArgumentException.class, () -> new NaiveDecoder(directory))
        .getMessage();
  }
}
