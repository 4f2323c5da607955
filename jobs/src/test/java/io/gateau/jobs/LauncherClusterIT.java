package io.gateau.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gateau.jobs.testing.DuckDb;
import io.gateau.jobs.testing.GateauProcess;
import io.gateau.jobs.testing.SampleFile;
import io.gateau.jobs.testing.StandaloneCluster;
import io.gateau.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher with the master of a cluster: executors have Spark, and nothing of Gateau. */
final class LauncherClusterIT {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  @TempDir Path folder;

  @Test
  void theLauncherOnAClusterGivesTheRankingOfOneMachine() throws IOException {
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
    run("local[2]", "out/here");
    try (StandaloneCluster cluster = StandaloneCluster.start()) {
      run(cluster.masterUrl(), "out/there");
    }
    Path here = folder.resolve("out/here");
    Path there = folder.resolve("out/there");
    assertEquals(24, DuckDb.number(there, "select count(*) from {scores}"));
    assertEquals(6, DuckDb.number(there, "select count(*) from {rejected}"));
    String byRank = "select rank, id, selected from {scores} order by rank";
    assertEquals(DuckDb.query(here, byRank), DuckDb.query(there, byRank));
  }

  private void run(String master, String output) {
    List<String> arguments =
        List.of("run", "--config", "run.yaml", "--master", master, "--output", output);
    try (GateauProcess process = GateauProcess.launch(folder, arguments)) {
      assertEquals(0, process.exitCode(LIMIT), process.stderr());
    }
  }
}
