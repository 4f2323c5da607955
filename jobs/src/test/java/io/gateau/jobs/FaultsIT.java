package io.gateau.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gateau.jobs.testing.BuildOutputs;
import io.gateau.jobs.testing.DuckDb;
import io.gateau.jobs.testing.GateauProcess;
import io.gateau.jobs.testing.PairArguments;
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
import java.util.Map;
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
    List<String> command =
        new ArrayList<>(List.of("run", "--config", config.toString(), "--master", master));
    command.addAll(PairArguments.of(samples, model, folder.resolve(output)));
    return GateauProcess.start(folder, "io.gateau.jobs.Gateau", command);
  }

  /** Starts a run on this machine with the logging of the launcher. */
  private static GateauProcess startQuiet(String output) {
    Path tree = BuildOutputs.gateauJar().getParent().getParent().getParent();
    List<String> command =
        new ArrayList<>(List.of("run", "--config", config.toString(), "--master", "local[2]"));
    command.addAll(PairArguments.of(samples, model, folder.resolve(output)));
    return GateauProcess.start(
        folder,
        "io.gateau.jobs.Gateau",
        command,
        List.of(
            "-Xmx2g",
            "-XX:TieredStopAtLevel=1",
            "-Dlog4j2.configurationFile=" + tree.resolve("conf/log4j2.properties")),
        Map.of());
  }

  /** Waits until more signals are stored than before, and makes sure that not all are. */
  private static long awaitMore(GateauProcess process, String output, long before)
      throws IOException {
    long files = stored(output);
    while (files <= before) {
      assertTrue(process.isAlive(), process.stderr());
      pause();
      files = stored(output);
    }
    assertEquals("scoring", manifest(output).at("/score/state").asText(), "too late for a fault");
    return files;
  }

  private static JsonNode manifest(String output) throws IOException {
    return new ObjectMapper().readTree(folder.resolve(output).resolve("manifest.json").toFile());
  }

  /** What the lease says; empty if there is none. A process that was killed leaves its own. */
  private static String lease(String output) {
    try {
      return Files.readString(folder.resolve(output).resolve("_lease.json"));
    } catch (IOException e) {
      return "";
    }
  }

  private static void awaitLease(GateauProcess process, String output, String before) {
    while (lease(output).isEmpty() || lease(output).equals(before)) {
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
  void anExecutorThatIsKilledCostsItsSamplesInWork() throws IOException {
    try (GateauProcess run = start("executor", cluster.masterUrl())) {
      awaitMore(run, "executor", 0);
      kill(cluster.executors().get(0));
      assertEquals(0, run.exitCode(LIMIT), run.stderr());
    }
    requireSameRanking("executor");
  }

  @Test
  void aWorkerThatIsKilledWithItsExecutorCostsTheirSamplesInWork() throws IOException {
    try (GateauProcess run = start("worker", cluster.masterUrl())) {
      awaitMore(run, "worker", 0);
      ProcessHandle executor = cluster.executors().get(0);
      ProcessHandle worker = executor.parent().orElseThrow();
      kill(worker);
      kill(executor);
      assertEquals(0, run.exitCode(LIMIT), run.stderr());
    }
    requireSameRanking("worker");
  }

  @Test
  void ctrlCSaysWhatStaysAndTheSameCommandGoesOn() throws IOException {
    try (GateauProcess interrupted = startQuiet("interrupted")) {
      awaitMore(interrupted, "interrupted", 0);
      interrupted.interrupt();
      assertEquals(130, interrupted.exitCode(LIMIT), interrupted.stderr());
      assertTrue(
          interrupted
              .stderr()
              .stripTrailing()
              .endsWith("the same command again continues from there."),
          interrupted.stderr());
    }
    try (GateauProcess again = start("interrupted", "local[2]")) {
      assertEquals(0, again.exitCode(LIMIT), again.stderr());
    }
    assertTrue(manifest("interrupted").at("/score/counts/stored").asLong() > 0, "nothing was kept");
    requireSameRanking("interrupted");
  }

  /*
   * One record of 100 MB, which the setting allows, for executors with 480 MB of heap. The models
   * read its end alone: how long they read is not the point here.
   */
  @Test
  void aRecordThatFillsTheHeapEndsTheRunWithAReadableErrorAndMoreHeapMendsIt() throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(samples).subList(0, 8));
    String context = "word0 here ".repeat(9_000_000);
    lines.add(
        "{\"id\": \"giant\", \"context\": \"%s\", \"instruction\": \"what\", \"response\": \"it\"}"
            .formatted(context));
    Path giant = Files.write(folder.resolve("giant.jsonl"), lines);

    try (GateauProcess run = startWithHeap("480m", giant)) {
      assertEquals(1, run.exitCode(LIMIT), run.stderr());
      assertTrue(
          run.stderr().contains("gateau: failed on the way: the Java heap was full."),
          run.stderr());
      assertTrue(run.stderr().contains("spark.executor.memory"), run.stderr());
    }
    try (GateauProcess run = startWithHeap("1500m", giant)) {
      assertEquals(0, run.exitCode(LIMIT), run.stderr());
    }
    assertEquals(
        9, DuckDb.number(folder.resolve("giant"), "select count(*) from {scores}"), "rows");
  }

  private static GateauProcess startWithHeap(String heap, Path input) throws IOException {
    Path settings =
        Files.writeString(
            folder.resolve("heap-%s.yaml".formatted(heap)),
            """
            read:
              max-line-bytes: 200_000_000
            spark:
              conf:
                spark.ui.enabled: false
                spark.task.maxFailures: 2
                spark.executor.memory: %s
            """
                .formatted(heap));
    List<String> command =
        new ArrayList<>(
            List.of("run", "--config", settings.toString(), "--master", cluster.masterUrl()));
    command.addAll(
        PairArguments.of(
            input, model, folder.resolve("giant"), "--strategy", "hmg", "--max-tokens", "4096"));
    return GateauProcess.start(folder, "io.gateau.jobs.Gateau", command);
  }

  /* The third run of one command, beside which a fourth is refused, finds what two have stored. */
  @Test
  void driversThatAreKilledOrTerminatedLetTheSameCommandGoOn() throws IOException {
    long files;
    try (GateauProcess killed = start("drivers", cluster.masterUrl())) {
      files = awaitMore(killed, "drivers", 0);
      killed.kill();
    }
    try (GateauProcess terminated = start("drivers", cluster.masterUrl())) {
      awaitMore(terminated, "drivers", files);
      ProcessHandle.of(terminated.pid()).orElseThrow().destroy();
      assertEquals(143, terminated.exitCode(LIMIT), terminated.stderr());
    }
    String before = lease("drivers");
    try (GateauProcess last = start("drivers", cluster.masterUrl())) {
      awaitLease(last, "drivers", before);
      try (GateauProcess second = start("drivers", "local[1]")) {
        assertEquals(2, second.exitCode(LIMIT), second.stderr());
        assertTrue(second.stderr().contains("is in use by gateau score"), second.stderr());
      }
      assertEquals(0, last.exitCode(LIMIT), last.stderr());
    }
    assertTrue(manifest("drivers").at("/score/counts/stored").asLong() > 0, "nothing was kept");
    requireSameRanking("drivers");
  }
}
