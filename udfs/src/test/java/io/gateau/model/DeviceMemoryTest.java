package io.gateau.model;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.EngineException;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.decoder.AttentionHeads;
import io.gateau.model.decoder.Decoder;
import io.gateau.model.decoder.DeviceOutOfMemoryException;
import io.gateau.model.decoder.SequenceGroup;
import io.gateau.model.decoder.SequenceGroupOutput;
import io.gateau.score.BatchScheduler;
import io.gateau.testing.ChildJvm;
import io.gateau.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** libtorch's allocator fails for real: the system gives the process no more address space. */
class DeviceMemoryTest {
  private static final int WIDE = 2_048;
  private static final long ROOM = 700L << 20;

  @TempDir Path directory;

  @Test
  @EnabledOnOs(OS.LINUX)
  void aRefusedBatchIsHalvedAndASampleThatNeverFitsCostsItselfOnly() throws Exception {
    // A narrow model with wide hidden states: 8 KiB a token, and little to compute.
    TinyCheckpoint.tied().layers(1).headDim(2).heads(1, 1).hidden(WIDE).ffn(2).write(directory);
    String said = ChildJvm.run(DeviceMemoryTest.class, directory.toString());

    assertTrue(said.contains("shared false true, 1048576 tokens"), said);
    assertTrue(said.contains("scored true false true"), said);
    assertTrue(said.contains("batches kept small true"), said);
  }

  /** The child process. */
  public static void main(String[] arguments) throws Exception {
    ModelSpec spec = new ModelSpec(arguments[0], 10_000, Dtype.FLOAT32, "cpu");
    Decoder decoder = ModelCache.decoder(spec);
    BatchScheduler queue = new BatchScheduler(1 << 20, DeviceMemory.UNLIMITED);
    queue.read(decoder, List.of(List.of(reading(1, 200))));
    limitAddressSpace();
    // A giant that shares its batch: once it is known that it was to blame, batches are as before.
    List<Optional<List<SequenceGroupOutput>>> shared =
        queue.read(decoder, List.of(List.of(reading(1, 200_000)), List.of(reading(1, 300))));
    System.out.printf(
        "shared %s %s, %d tokens%n",
        shared.get(0).isPresent(), shared.get(1).isPresent(), queue.batchTokens(decoder));
    // 200,000 tokens are 1.6 GB of hidden states; so is one sequence of as many.
    List<Optional<List<SequenceGroupOutput>>> read =
        queue.read(
            decoder,
            List.of(
                List.of(reading(1, 300)),
                List.of(reading(1, 200_000)),
                List.of(reading(400, 500))));
    System.out.printf(
        "scored %s %s %s%n",
        read.get(0).isPresent(), read.get(1).isPresent(), read.get(2).isPresent());
    System.out.printf("batches kept small %s%n", queue.batchTokens(decoder) < 200_000);
    System.exit(0);
  }

  private static SequenceGroup reading(int count, int length) {
    int[][] sequences = new int[count][];
    for (int i = 0; i < count; i++) {
      sequences[i] = new Random(i).ints(length, 0, 258).toArray();
    }
    return new SequenceGroup(sequences, 20, AttentionHeads.NONE);
  }

  private static void limitAddressSpace() throws IOException, InterruptedException {
    try (Stream<String> status = Files.lines(Path.of("/proc/self/status"))) {
      long now =
          status
              .filter(line -> line.startsWith("VmSize:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
              .findFirst()
              .orElseThrow();
      new ProcessBuilder(
              "prlimit", "--pid=" + ProcessHandle.current().pid(), "--as=" + (now + ROOM))
          .inheritIO()
          .start()
          .waitFor();
    }
  }

  @Test
  void whatTheEnginesSayOfExhaustedMemoryIsUnderstood() {
    for (String said :
        List.of(
            "[enforce fail at alloc_cpu.cpp:118] err == 0. DefaultCPUAllocator: can't allocate memory:"
                + " you tried to allocate 107374182400 bytes. Error code 12",
            "CUDA out of memory. Tried to allocate 20.00 MiB.",
            "std::bad_alloc")) {
      assertTrue(DeviceOutOfMemoryException.isExhaustion(new EngineException(said)), said);
    }
    assertFalse(
        DeviceOutOfMemoryException.isExhaustion(new EngineException("index out of range in self")));
  }
}
