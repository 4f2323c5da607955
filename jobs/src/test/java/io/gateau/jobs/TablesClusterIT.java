package io.gateau.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.jobs.testing.BuildOutputs;
import io.gateau.jobs.testing.DuckDb;
import io.gateau.jobs.testing.GateauProcess;
import io.gateau.jobs.testing.SampleFile;
import io.gateau.jobs.testing.SqlProcess;
import io.gateau.jobs.testing.StandaloneCluster;
import io.gateau.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Iceberg on a cluster whose machines have Spark, and nothing of Gateau and Iceberg. */
final class TablesClusterIT {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final List<Path> JARS = BuildOutputs.testLibrary("iceberg");

  @TempDir Path folder;

  @Test
  void executorsGetTheJarsOfTheLauncher() throws IOException {
    TinyCheckpoint.separate().write(folder.resolve("model"));
    Path samples = SampleFile.write(folder.resolve("samples.jsonl"), 30, 60, 0);
    Files.writeString(
        folder.resolve("run.yaml"),
        """
        models:
          short: {path: model}
          long: {path: model, rope-theta: 40000}
        score: {segment-tokens: 64}
        spark:
          conf:
            spark.ui.enabled: false
            # Tasks start when both executors are there, so that each gets its share.
            spark.scheduler.minRegisteredResourcesRatio: 1.0
            spark.sql.catalog.lake: org.apache.iceberg.spark.SparkCatalog
            spark.sql.catalog.lake.type: hadoop
            spark.sql.catalog.lake.warehouse: %s
        """
            .formatted(folder.resolve("lake")));
    sql(
        "create",
        "CREATE TABLE lake.db.samples USING iceberg AS SELECT * FROM json.`%s`".formatted(samples));
    run("local[2]", "here", "--input", "samples.jsonl");
    try (StandaloneCluster cluster = StandaloneCluster.start()) {
      String summary =
          run(
              cluster.masterUrl(),
              "there",
              "--input",
              "table:lake.db.samples",
              "--table",
              "lake.db.selected");
      assertTrue(summary.contains("lake.db.selected (iceberg, version "), summary);
    }

    String byRank = "select rank, id, selected from {scores} order by rank";
    List<List<Object>> here = DuckDb.query(folder.resolve("here"), byRank);
    assertEquals(30, here.size());
    assertEquals(here, DuckDb.query(folder.resolve("there"), byRank));
    assertEquals(
        here.subList(0, 9).stream().map(row -> String.valueOf(row.get(1))).toList(),
        sql("read", "SELECT id FROM lake.db.selected ORDER BY rank"));
  }

  private String run(String master, String output, String... others) throws IOException {
    List<String> arguments =
        List.of("run", "--config", "run.yaml", "--master", master, "--output", output);
    String jars = JARS.stream().map(Path::toString).collect(Collectors.joining(","));
    try (GateauProcess process =
        GateauProcess.launch(
            folder,
            Stream.concat(arguments.stream(), List.of(others).stream()).toList(),
            Map.of("GATEAU_JARS", jars))) {
      assertEquals(0, process.exitCode(LIMIT), process.stderr());
      return process.stdout();
    }
  }

  private List<String> sql(String name, String statement) throws IOException {
    Map<String, String> settings =
        Map.of(
            "spark.sql.catalog.lake", "org.apache.iceberg.spark.SparkCatalog",
            "spark.sql.catalog.lake.type", "hadoop",
            "spark.sql.catalog.lake.warehouse", folder.resolve("lake").toString());
    try (SqlProcess process = SqlProcess.start(name, folder, JARS, settings, List.of(statement))) {
      return process.lines();
    }
  }
}
