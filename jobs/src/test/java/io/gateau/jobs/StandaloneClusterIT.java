package io.gateau.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.jobs.testing.ClassJar;
import io.gateau.jobs.testing.StandaloneCluster;
import io.gateau.jobs.testing.SubmitResult;
import io.gateau.jobs.testing.WhereTasksRun;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandaloneClusterIT {

  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final Pattern PLACE = Pattern.compile("(?m)^ran on (\\d+) in .*/(worker-\\d+)/");

  @TempDir static Path folder;
  private static StandaloneCluster cluster;
  private static Path jar;

  @BeforeAll
  static void startCluster() throws IOException {
    jar = ClassJar.write(folder.resolve("where-tasks-run.jar"), WhereTasksRun.class);
    cluster = StandaloneCluster.start();
  }

  @AfterAll
  static void stopCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void bothWorkersRunTasksOfASubmittedJob() throws InterruptedException {
    CompletableFuture<SubmitResult> job = CompletableFuture.supplyAsync(() -> submit(LIMIT));
    int executorsSeen = 0;
    while (!job.isDone()) {
      executorsSeen = Math.max(executorsSeen, cluster.executors().size());
      Thread.sleep(100);
    }
    SubmitResult result = job.join().requireSuccess();
    assertEquals(2, executorsSeen, "executors on the list while the job ran");

    List<MatchResult> places = PLACE.matcher(result.stdout()).results().toList();
    assertEquals(
        List.of("worker-0", "worker-1"),
        places.stream().map(place -> place.group(2)).sorted().toList(),
        result.stdout());
    assertEquals(
        2, places.stream().map(place -> place.group(1)).collect(Collectors.toSet()).size());
  }

  @Test
  void aJobWhoseTasksFailEndsWithANonZeroExitCodeAndTheReason() {
    SubmitResult result = submit(LIMIT, "fail");

    assertNotEquals(0, result.exitCode());
    assertTrue(result.stderr().contains("was asked to fail"), result.stderr());
    assertTrue(
        assertThrows(IllegalStateException.class, result::requireSuccess)
            .getMessage()
            .startsWith("spark-submit ended with exit code " + result.exitCode()));
  }

  @Test
  void aJobBeyondItsLimitIsKilledAndItsOutputShown() {
    IllegalStateException late =
        assertThrows(IllegalStateException.class, () -> submit(Duration.ofMillis(100)));

    assertTrue(late.getMessage().contains("has not ended within PT0.1S"), late.getMessage());
  }

  @Test
  void closingLeavesNoProcessBehind() {
    String masterUrl;
    try (StandaloneCluster other = StandaloneCluster.start(1)) {
      masterUrl = other.masterUrl();
      assertEquals(1, running(masterUrl), "the worker names its master");
    }
    assertEquals(0, running(masterUrl));
  }

  @Test
  void aClusterWithoutWorkersIsRefused() {
    assertEquals(
        "a cluster needs a worker; got 0",
        assertThrows(IllegalArgumentException.class, () -> StandaloneCluster.start(0))
            .getMessage());
  }

  private static SubmitResult submit(Duration limit, String... arguments) {
    return cluster.submit(
        jar,
        WhereTasksRun.class.getName(),
        List.of(
            "spark.executor.memory=512m",
            "spark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"),
        List.of(arguments),
        limit);
  }

  /** The number of processes that name a master on their command line. */
  private static long running(String masterUrl) {
    return ProcessHandle.allProcesses()
        .filter(process -> process.info().commandLine().orElse("").endsWith(masterUrl))
        .count();
  }
}
