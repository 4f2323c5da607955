package io.gateau.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.jobs.testing.BuildOutputs;
import io.gateau.jobs.testing.DuckDb;
import io.gateau.jobs.testing.PairArguments;
import io.gateau.jobs.testing.SampleFile;
import io.gateau.jobs.testing.StandaloneCluster;
import io.gateau.jobs.testing.SubmitResult;
import io.gateau.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Which GPU each task that scores asks for on a cluster whose worker reports two; no other task
 * takes one. They are not there: a task that wants its GPU fails, and its error names the device. A
 * libtorch for CPUs is needed.
 */
final class GpuPlacementIT {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private static final Pattern STARTED =
      Pattern.compile("Starting task .*\\(TID (\\d+)\\).*gpu -> Map\\((\\d+) ->");
  private static final Pattern OTHERS = Pattern.compile("Starting task .* bytes\\) ?$");

  /* The first loss of a kind is a warning; the others have another form. */
  private static final Pattern LOST =
      Pattern.compile(
          "\\(TID (\\d+)\\) (?:\\(\\S+ executor \\d+\\)|on \\S+, executor \\d+): \\S*ModelException\\W+device"
              + " (cuda:\\d+) cannot be used");

  @TempDir static Path folder;
  private static StandaloneCluster cluster;
  private static Path model;
  private static Path input;

  @BeforeAll
  static void start() throws IOException {
    model = TinyCheckpoint.separate().write(folder.resolve("model"));
    input = SampleFile.write(folder.resolve("samples.jsonl"), 12, 60, 0);
    cluster = StandaloneCluster.startWithGpus(folder, "0", "1");
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void eachTaskTakesTheGpuOfItsAddress() {
    SubmitResult result = submit("auto");

    Map<String, String> addresses = new HashMap<>();
    assertTrue(result.stderr().lines().anyMatch(OTHERS.asPredicate()), "reading takes GPUs, too");
    match(STARTED, result).forEach(task -> addresses.put(task.get(0), "cuda:" + task.get(1)));
    Map<String, String> used = new HashMap<>();
    match(LOST, result).forEach(task -> used.put(task.get(0), task.get(1)));
    used.forEach((task, device) -> assertEquals(addresses.get(task), device, "task " + task));
    assertEquals(Set.of("cuda:0", "cuda:1"), Set.copyOf(used.values()), result.stderr());
    assertEquals(2, result.exitCode(), result.stderr());
    String last = result.stderr().substring(result.stderr().lastIndexOf("gateau: device cuda:"));
    assertTrue(last.contains("is a build for CPUs; set PYTORCH_LIBRARY_PATH"), last);
  }

  @Test
  void theCpuIsTakenWhereItIsMeant() {
    SubmitResult result = submit("cpu").requireSuccess();

    assertEquals(List.of(), match(STARTED, result), "tasks on the CPU take GPUs");
    assertEquals(12, DuckDb.number(folder.resolve("out-cpu"), "select count(*) from {scores}"));
  }

  private static SubmitResult submit(String device) {
    return cluster.submit(
        BuildOutputs.gateauJar(),
        "io.gateau.jobs.RunJob",
        List.of(
            // The driver then logs the addresses of each task.
            "spark.log.level=INFO",
            "spark.sql.shuffle.partitions=4",
            "spark.executor.cores=2",
            "spark.executor.resource.gpu.amount=2"),
        PairArguments.of(
            input,
            model,
            folder.resolve("out-" + device),
            "--dtype",
            "float32",
            "--device",
            device),
        LIMIT);
  }

  /** The groups of every match in the log of the driver. */
  private static List<List<String>> match(Pattern pattern, SubmitResult result) {
    return pattern
        .matcher(result.stderr())
        .results()
        .map(found -> List.of(found.group(1), found.group(2)))
        .toList();
  }
}
