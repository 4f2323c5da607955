package io.gateau.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.jobs.testing.DuckDb;
import io.gateau.jobs.testing.GateauProcess;
import io.gateau.jobs.testing.SampleFile;
import io.gateau.jobs.testing.StandaloneCluster;
import io.gateau.testing.TinyCheckpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that end while a cluster scores. Whatever ends, the ranking is that of a run without
 * faults, and nothing is scored twice but what was in work.
 */
final class FaultsIT {
  private static final Duration LIMIT = Duration.ofMinutes(6);
  private static final int ROWS = 150;

  /** Samples of the tasks that all executors have in work; what a task has done is stored. */
  private static final int IN_WORK = 40;

  @TempDir static Path folder;
  private static StandaloneCluster cluster;
  private static Path config;
  private static Path model;
  private static Path samples;

  @BeforeAll
  static void runsWithoutFaults() throws IOException {
    config =
        Files.writeString(
            folder.resolve("config.yaml"),
            """
            spark:
              conf:
                spark.ui.enabled: false
                spark.sql.shuffle.partitions: 4
            """);
    model = TinyCheckpoint.separate().write(folder.resolve("model"));
    samples = SampleFile.write(folder.resolve("samples.jsonl"), ROWS, 150, 0);
    try (GateauProcess here = start("here", "local[2]")) {
      assertEquals(0, here.exitCode(LIMIT), here.stderr());
    }
    cluster = StandaloneCluster.start(3);
  }

  @AfterAll
  static void stopsTheCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private static GateauProcess start(String output, String master) {
    return GateauProcess.start(
        folder,
        "io.gateau.jobs.Gateau",
        List.of(
            "run",
            "--config",
            config.toString(),
            "--input",
            samples.toString(),
            "--output",
            folder.resolve(output).toString(),
            "--short-model",
            model.toString(),
            "--long-model",
            model.toString(),
            "--long-rope-theta",
            "40000",
            "--segment-tokens",
            "64",
            "--master",
            master));
  }

  /** Waits until some samples are stored, and makes sure that not all are. */
  private static void awaitScoring(GateauProcess process, String output) {
    process.awaitOutput("Scoring " + ROWS, LIMIT);
    while (stored(output) == 0) {
      assertTrue(process.isAlive(), process.stderr());
      pause();
    }
  }

  private static void awaitLease(GateauProcess process, String output) {
    while (Files.notExists(folder.resolve(output).resolve("_lease.json"))) {
      assertTrue(process.isAlive(), process.stderr());
      pause();
    }
  }

  private static long stored(String output) {
    try (Stream<Path> files = Files.walk(folder.resolve(output).resolve("signals"))) {
      return files.filter(file -> file.toString().endsWith(".parquet")).count();
    } catch (IOException | UncheckedIOException e) {
      // A file was renamed while it was listed.
      return 0;
    }
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void kill(ProcessHandle process) {
    process.destroyForcibly();
    process.onExit().join();
  }

  private static void requireSameRanking(String output) {
    Path there = folder.resolve(output);
    String ranking = "select rank, id, selected from {scores} order by rank";
    assertEquals(DuckDb.query(folder.resolve("here"), ranking), DuckDb.query(there, ranking));
    assertEquals(ROWS, DuckDb.number(there, "select count(*) from {scores}"), "rows");
    assertEquals(0, DuckDb.number(there, "select count(*) from {rejected}"), "rejected");
    String signal = "{signals/segment-loss-*}";
    long rows = DuckDb.number(there, "select count(*) from " + signal);
    long keys = DuckDb.number(there, "select count(distinct content_key) from " + signal);
    assertEquals(ROWS, keys);
    assertTrue(rows - keys <= IN_WORK, "%d samples were scored twice".formatted(rows - keys));
  }

  @Test
  void anExecutorThatIsKilledCostsItsSamplesInWork() {
    try (GateauProcess run = start("executor", cluster.masterUrl())) {
      awaitScoring(run, "executor");
      kill(cluster.executors().get(0));
      assertEquals(0, run.exitCode(LIMIT), run.stderr());
    }
    requireSameRanking("executor");
  }

  @Test
  void aWorkerThatIsKilledWithItsExecutorCostsTheirSamplesInWork() {
    try (GateauProcess run = start("worker", cluster.masterUrl())) {
      awaitScoring(run, "worker");
      ProcessHandle executor = cluster.executors().get(0);
      ProcessHandle worker = executor.parent().orElseThrow();
      kill(worker);
      kill(executor);
      assertEquals(0, run.exitCode(LIMIT), run.stderr());
    }
    requireSameRanking("worker");
  }

  @Test
  void aDriverThatIsKilledIsStartedAgainAndGoesOn() {
    try (GateauProcess run = start("driver", cluster.masterUrl())) {
      awaitScoring(run, "driver");
      run.kill();
    }
    try (GateauProcess again = start("driver", cluster.masterUrl())) {
      assertEquals(0, again.exitCode(LIMIT), again.stderr());
      assertTrue(again.stderr().contains("have stored signals"), again.stderr());
    }
    requireSameRanking("driver");
  }

  @Test
  void aDriverThatIsTerminatedLetsTheSameCommandGoOn() {
    try (GateauProcess run = start("terminated", cluster.masterUrl())) {
      awaitScoring(run, "terminated");
      ProcessHandle.of(run.pid()).orElseThrow().destroy();
      assertEquals(143, run.exitCode(LIMIT), run.stderr());
    }
    try (GateauProcess again = start("terminated", cluster.masterUrl())) {
      assertEquals(0, again.exitCode(LIMIT), again.stderr());
    }
    requireSameRanking("terminated");
  }

  @Test
  void aSecondRunOnOneOutputEndsWithTwoAndTheFirstGoesOn() {
    List<String> messages = new ArrayList<>();
    try (GateauProcess run = start("twice", cluster.masterUrl())) {
      awaitLease(run, "twice");
      try (GateauProcess second = start("twice", "local[1]")) {
        assertEquals(2, second.exitCode(LIMIT), second.stderr());
        messages.add(second.stderr());
      }
      assertEquals(0, run.exitCode(LIMIT), run.stderr());
    }
    assertTrue(messages.get(0).contains("is in use by gateau score"), messages.get(0));
    requireSameRanking("twice");
  }
}
