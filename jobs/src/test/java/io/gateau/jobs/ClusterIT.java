package io.gateau.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.jobs.testing.BuildOutputs;
import io.gateau.jobs.testing.ClassJar;
import io.gateau.jobs.testing.DuckDb;
import io.gateau.jobs.testing.GateauProcess;
import io.gateau.jobs.testing.PairArguments;
import io.gateau.jobs.testing.SampleFile;
import io.gateau.jobs.testing.SplitFileSystem;
import io.gateau.jobs.testing.StandaloneCluster;
import io.gateau.jobs.testing.SubmitResult;
import io.gateau.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster whose executors have Spark, and nothing of Gateau: a master and two workers, each a
 * process with a working directory of its own.
 */
final class ClusterIT {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final String BY_RANK = "select rank, id, selected from {scores} order by rank";

  @TempDir static Path folder;
  private static StandaloneCluster cluster;

  @BeforeAll
  static void scoresOnOneMachine() throws IOException {
    TinyCheckpoint.separate().write(folder.resolve("model"));
    SampleFile.write(folder.resolve("samples.jsonl"), 30, 60, 5);
    Files.writeString(
        folder.resolve("run.yaml"),
        """
        input: samples.jsonl
        models:
          short: {path: model}
          long: {path: model, rope-theta: 40000}
        score: {segment-tokens: 64}
        spark:
          conf:
            spark.ui.enabled: false
            # Tasks start when both executors are there, so that each gets its share.
            spark.scheduler.minRegisteredResourcesRatio: 1.0
        """);
    launch("local[2]", "out/here");
    cluster = StandaloneCluster.start();
  }

  @AfterAll
  static void stopsTheCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private static void launch(String master, String output) {
    List<String> arguments =
        List.of("run", "--config", "run.yaml", "--master", master, "--output", output);
    try (GateauProcess process = GateauProcess.launch(folder, arguments)) {
      assertEquals(0, process.exitCode(LIMIT), process.stderr());
    }
  }

  private static SubmitResult submit(List<String> conf, String output) {
    return cluster.submitFrom(
        folder,
        BuildOutputs.gateauJar(),
        "io.gateau.jobs.RunJob",
        conf,
        PairArguments.of("samples.jsonl", "model", output),
        LIMIT);
  }

  @Test
  void theLauncherGivesTheRankingOfOneMachine() {
    launch(cluster.masterUrl(), "out/launched");

    Path there = folder.resolve("out/launched");
    assertEquals(24, DuckDb.number(there, "select count(*) from {scores}"));
    assertEquals(6, DuckDb.number(there, "select count(*) from {rejected}"));
    assertEquals(DuckDb.query(folder.resolve("out/here"), BY_RANK), DuckDb.query(there, BY_RANK));
  }

  @Test
  void sparkSubmitGivesTheNumbersOfOneMachineInOneFolderForAllProcesses() {
    SubmitResult result = submit(List.of(), "out/submitted").requireSuccess();

    assertTrue(result.stdout().contains("out/submitted"), result.stdout());
    Path there = folder.resolve("out/submitted");
    Path here = folder.resolve("out/here");
    assertEquals(24, DuckDb.number(there, "select count(*) from {signals/segment-loss-*}"));
    assertEquals(6, DuckDb.number(there, "select count(*) from {rejected}"));
    assertEquals(DuckDb.query(here, BY_RANK), DuckDb.query(there, BY_RANK));
    List<List<Object>> numbers = numbers(here);
    List<List<Object>> clusterNumbers = numbers(there);
    for (int row = 0; row < numbers.size(); row++) {
      for (int column = 0; column < numbers.get(row).size(); column++) {
        double expected = ((Number) numbers.get(row).get(column)).doubleValue();
        double found = ((Number) clusterNumbers.get(row).get(column)).doubleValue();
        assertEquals(expected, found, Math.abs(expected) * 1e-5);
      }
    }
  }

  private static List<List<Object>> numbers(Path output) {
    return DuckDb.query(
        output,
        "select s.short_ppl, s.long_ppl, list_sum(l.segment_loss), list_sum(a.segment_attention)"
            + " from {scores} s join {samples} m using (id)"
            + " join {signals/segment-loss-*} l using (content_key)"
            + " join {signals/segment-attention-*} a using (content_key) order by s.rank");
  }

  @Test
  void anOutputThatTheMachinesDoNotShareFailsTheRun() throws IOException {
    Path split = ClassJar.write(folder.resolve("split.jar"), SplitFileSystem.class);
    List<String> conf =
        Stream.concat(SplitFileSystem.CONF.stream(), Stream.of("spark.jars=" + split)).toList();

    SubmitResult result = submit(conf, "split:/out");

    assertEquals(ExitCode.WRONG_INPUT, result.exitCode(), result.stdout() + result.stderr());
    assertTrue(
        result
            .stderr()
            .contains(
                "gateau: 30 records were written, but 0 of them can be read back from split:/out:"
                    + " the executors wrote to a folder of that name that the driver does not see;"
                    + " name an output that all machines share, such as hdfs://, s3a:// or a shared"
                    + " mount"),
        result.stderr());
    assertFalse(Files.exists(folder.resolve("own/out/manifest.json")), "no run is recorded");
  }
}
