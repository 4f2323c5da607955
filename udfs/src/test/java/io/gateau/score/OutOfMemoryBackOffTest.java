package io.gateau.score;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.model.DeviceMemory;
import io.gateau.model.ModelCache;
import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.decoder.Decoder;
import io.gateau.testing.ChildJvm;
import io.gateau.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** libtorch's allocator fails for real: the system gives the process no more address space. */
class OutOfMemoryBackOffTest {
  private static final int WIDE = 2_048;
  private static final long ROOM = 700L << 20;

  @TempDir Path directory;

  @Test
  @EnabledOnOs(OS.LINUX)
  void aBatchThatDoesNotFitIsHalvedAndASampleThatNeverFitsCostsItselfOnly() throws Exception {
    // A narrow model with wide hidden states: 8 KiB a token, and little to compute.
    TinyCheckpoint.tied().layers(1).headDim(2).heads(1, 1).hidden(WIDE).ffn(2).write(directory);
    String said = ChildJvm.run(OutOfMemoryBackOffTest.class, directory.toString());

    assertTrue(said.contains("shared [false, true], 1048576 tokens"), said);
    assertTrue(said.contains("scored [true, false, true]"), said);
    assertTrue(said.contains("batches kept small true"), said);
  }

  /** The child process. */
  public static void main(String[] arguments) throws Exception {
    ModelSpec spec = new ModelSpec(arguments[0], 10_000, Dtype.FLOAT32, "cpu");
    Decoder decoder = ModelCache.decoder(spec);
    BatchScheduler scheduler = new BatchScheduler(decoder, 1 << 20, DeviceMemory.UNLIMITED);
    scheduler.score(List.of(requests(decoder, 1, 200)));
    limitAddressSpace();
    // A giant that shares its batch: once it is known that the giant failed, batches are as before.
    List<SampleRequests> shared = List.of(requests(decoder, 1, 200_000), requests(decoder, 1, 300));
    scheduler.score(shared);
    System.out.printf("shared %s, %d tokens%n", scored(shared), scheduler.batchTokens());
    // 200,000 tokens are 1.6 GB of hidden states; so is one sequence of as many.
    List<SampleRequests> samples =
        List.of(
            requests(decoder, 1, 300), requests(decoder, 1, 200_000), requests(decoder, 400, 500));
    scheduler.score(samples);
    System.out.printf("scored %s%n", scored(samples));
    System.out.printf("batches kept small %s%n", scheduler.batchTokens() < 200_000);
    System.exit(0);
  }

  private static List<Boolean> scored(List<SampleRequests> samples) {
    return samples.stream().map(sample -> !sample.isOutOfMemory()).toList();
  }

  /** A sample of {@code count} segments, each a sequence of {@code length}: 1 + segment + 20. */
  private static SampleRequests requests(Decoder decoder, int count, int length) {
    int segment = length - 21;
    Random random = new Random(count);
    TokenizedSample sample =
        new TokenizedSample(
            random.ints(1, 0, 258).toArray(),
            new int[0],
            random.ints((long) count * segment, 0, 258).toArray(),
            new int[0],
            random.ints(20, 0, 258).toArray(),
            false);
    ScoringConfig config =
        new ScoringConfig(
            PromptTemplate.GATEAU, Integer.MAX_VALUE, segment, ScoringConfig.AUTO_BATCH);
    SampleRequests requests =
        new SampleRequests(sample, config, decoder.config(), List.of(new SegmentLoss()));
    assertEquals(
        Collections.nCopies(count, length),
        requests.requests().stream().map(Request::tokens).toList());
    return requests;
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
}
