package io.gateau.model;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import ai.djl.engine.EngineException;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.model.decoder.Decoder;
import io.gateau.testing.BrokenCheckpoint;
import io.gateau.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a pass or a model takes from native memory it gives back, whether it succeeds or fails. The
 * allocator and the collector move the size of a process by some tens of MiB; each test would leave
 * half as much again as its bound if a single tensor of a round were kept.
 */
@EnabledOnOs(OS.LINUX)
class NativeMemoryTest {
  private static final long MIB = 1 << 20;
  private static final int WINDOWS = 4;

  @TempDir Path directory;

  @AfterEach
  void close() {
    ModelCache.closeAll();
  }

  /* One hidden state is 1500 tokens x hidden size 128 x 4 bytes = 750 KiB; 200 passes of them 146 MiB. */
  @Test
  void manyScoringsLeaveTheProcessAsLargeAsItWas() throws Exception {
    TinyCheckpoint.tied().layers(1).hidden(128).write(directory);
    Decoder decoder = ModelCache.decoder(spec());
    int[][] sequences = {new Random(51).ints(1_500, 0, 258).toArray()};
    assertFlat(
        100,
        70,
        () -> {
          decoder.negativeLogLikelihood(sequences, 30);
          decoder.scoreWithFocus(sequences[0], 30);
        });
  }

  /* One rotary table is 12000 tokens x 16 pairs x 4 bytes = 750 KiB; 150 of them 110 MiB. */
  @Test
  void failedScoringsGiveBackWhatTheyTook() throws Exception {
    TinyCheckpoint.tied().hidden(128).write(directory);
    Decoder decoder = ModelCache.get(spec()).decoder(withTokens(100_000));
    int[][] sequences = {new Random(52).ints(12_000, 0, 258).toArray()};
    sequences[0][11_990] = 99_999;
    assertFlat(
        150,
        70,
        () -> {
          var thrown =
              assertThrows(
                  EngineException.class, () -> decoder.negativeLogLikelihood(sequences, 20));
          assertTrue(thrown.getMessage().contains("index out of range"), thrown.getMessage());
        });
  }

  /* 4 layers of a million float32 and more: 16 MiB; 20 times 320 MiB. */
  @Test
  void closedModelsGiveBackTheirWeights() throws Exception {
    TinyCheckpoint.tied().layers(4).hidden(256).ffn(1_024).write(directory);
    assertFlat(
        20,
        150,
        () -> {
          ModelCache.get(spec());
          ModelCache.closeAll();
        });
  }

  @Test
  void modelsThatFailToLoadGiveBackWhatWasLoaded() throws Exception {
    TinyCheckpoint.tied().layers(4).hidden(256).ffn(1_024).write(directory);
    BrokenCheckpoint.nan(directory, "model.layers.3.mlp.down_proj.weight");
    assertFlat(20, 150, () -> assertThrows(ModelException.class, () -> ModelCache.get(spec())));
  }

  /** The configuration, but for a vocabulary that the embedding has not got. */
  private ModelConfig withTokens(int vocabularySize) {
    ModelConfig now = ModelConfig.read(directory);
    return new ModelConfig(
        now.family(),
        now.layers(),
        now.hiddenSize(),
        now.heads(),
        now.keyValueHeads(),
        now.headSize(),
        now.feedForwardSize(),
        vocabularySize,
        now.normEpsilon(),
        now.tiedEmbeddings(),
        now.bosToken(),
        now.layerConfig(),
        now.rotary(),
        now.windowRotary());
  }

  private ModelSpec spec() {
    return new ModelSpec(directory.toString(), 10_000, Dtype.FLOAT32, "cpu");
  }

  /**
   * A leak grows the process in every window; a heap or an allocator that settles, in one or two.
   */
  private static void assertFlat(int times, long mebibytes, Runnable work) throws IOException {
    for (int i = 0; i < times / 4; i++) {
      work.run();
    }
    List<Long> grown = new ArrayList<>();
    while (grown.size() < WINDOWS) {
      long before = resident();
      for (int i = 0; i < times; i++) {
        work.run();
      }
      grown.add((resident() - before) / MIB);
      if (grown.get(grown.size() - 1) < mebibytes) {
        return;
      }
    }
    fail("grown in every window of " + times + " rounds, in MiB: " + grown);
  }

  /** Bytes of this process that are in memory, once the collector has freed what it can. */
  private static long resident() throws IOException {
    System.gc();
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElseThrow();
  }
}
