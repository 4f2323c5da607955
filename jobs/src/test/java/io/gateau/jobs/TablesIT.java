package io.gateau.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gateau.jobs.testing.BuildOutputs;
import io.gateau.jobs.testing.DuckDb;
import io.gateau.jobs.testing.GateauProcess;
import io.gateau.jobs.testing.SampleFile;
import io.gateau.jobs.testing.SqlProcess;
import io.gateau.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Samples in a table of Iceberg and of Delta, and the selection in another one. */
final class TablesIT {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final String BY_RANK =
      "select rank, id, selected, score from {scores} order by rank";

  @TempDir static Path folder;

  /**
   * One format.
   *
   * @param in the table of the samples, for SQL
   * @param out the table of the selection
   */
  private record Format(String name, String in, String out, Map<String, String> settings) {
    List<Path> jars() {
      return BuildOutputs.testLibrary(name);
    }

    /** The rows of a version of the selection. */
    String count(String version) {
      return "SELECT count(*) FROM %s%s".formatted(out, version);
    }
  }

  private static Format iceberg() {
    return new Format(
        "iceberg",
        "lake.db.samples",
        "lake.db.selected",
        Map.of(
            "spark.sql.catalog.lake", "org.apache.iceberg.spark.SparkCatalog",
            "spark.sql.catalog.lake.type", "hadoop",
            // A reader would see what it has seen, for half a minute.
            "spark.sql.catalog.lake.cache-enabled", "false",
            "spark.sql.catalog.lake.warehouse", folder.resolve("lake").toString()));
  }

  private static Format delta() {
    return new Format(
        "delta",
        "delta.`%s`".formatted(folder.resolve("tables/samples")),
        "delta.`%s`".formatted(folder.resolve("tables/selected")),
        Map.of(
            "spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension",
            "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog"));
  }

  @BeforeAll
  static void scoreTheSamplesInAFile() throws IOException {
    TinyCheckpoint.separate().write(folder.resolve("model"));
    SampleFile.write(folder.resolve("samples.jsonl"), 30, 60, 0);
    succeed(iceberg(), "run", "--input", "samples.jsonl", "--output", "here");
  }

  @Test
  void icebergGivesTheRankingOfAFileAndTakesTheSelection() throws IOException {
    String history = "SELECT snapshot_id FROM lake.db.selected.snapshots";
    givesTheRankingAndTakesTheSelection(iceberg(), history);
  }

  @Test
  void deltaGivesTheRankingOfAFileAndTakesTheSelection() throws IOException {
    Format delta = delta();
    String history = "DESCRIBE HISTORY %s".formatted(delta.out());
    givesTheRankingAndTakesTheSelection(delta, history);
  }

  private void givesTheRankingAndTakesTheSelection(Format format, String history)
      throws IOException {
    Path output = folder.resolve(format.name());
    Path here = folder.resolve("here");
    sql(
        format,
        "create",
        "CREATE TABLE %s USING %s AS SELECT * FROM json.`%s` ORDER BY id DESC"
            .formatted(format.in(), format.name(), folder.resolve("samples.jsonl")));

    String summary =
        succeed(
            format,
            "run",
            "--input",
            "table:" + format.in(),
            "--output",
            format.name(),
            "--percent",
            "30",
            "--table",
            format.out(),
            "--table-format",
            format.name());
    assertTrue(summary.contains("table                  " + format.out()), summary);
    assertEquals(DuckDb.query(here, BY_RANK), DuckDb.query(output, BY_RANK));
    JsonNode manifest = manifest(output);
    assertTrue(
        manifest.at("/score/input/0").asText().matches("table:.*@\\d+"), manifest.toString());
    assertEquals(format.out(), manifest.at("/select/table/name").asText());
    assertEquals(format.name(), manifest.at("/select/table/format").asText());

    // While one process reads, another one selects anew, from the version that was scored.
    Path end = folder.resolve(format.name() + ".end");
    List<String> statements =
        List.of(
            "SELECT rank, id FROM %s ORDER BY rank".formatted(format.out()),
            "INSERT INTO %s SELECT * FROM %s".formatted(format.in(), format.in()),
            "until %s%n%s".formatted(end, format.count("")),
            history);
    try (SqlProcess reader = sqlProcess(format, "reader", statements)) {
      reader.awaitLines(10);
      succeed(
          format,
          "select",
          "--output",
          format.name(),
          "--percent",
          "60",
          "--table",
          format.out(),
          "--table-format",
          format.name());
      Files.createFile(end);
      List<String> lines = reader.lines();
      assertEquals(
          DuckDb.query(here, "select rank, id from {scores} where selected order by rank").stream()
              .map(row -> row.get(0) + "\t" + row.get(1))
              .toList(),
          lines.subList(0, 9));
      assertEquals(List.of("9", "18"), lines.subList(9, 11), "the old rows or the new ones");
      assertEquals(
          Set.of(
              manifest.at("/select/table/version").asText(),
              manifest(output).at("/select/table/version").asText()),
          lines.stream().skip(11).map(line -> line.split("\t", -1)[0]).collect(Collectors.toSet()),
          "one commit for each selection");
    }
    refusesATableOfSomeoneElse(format);
  }

  private static void refusesATableOfSomeoneElse(Format format) throws IOException {
    try (GateauProcess process =
        start(format, "select", "--output", format.name(), "--table", format.in())) {
      assertEquals(2, process.exitCode(LIMIT), process.stderr());
      assertTrue(process.stderr().contains("Gateau has not written it"), process.stderr());
    }
  }

  @Test
  void withoutItsJarACatalogIsAnErrorThatNamesIt() throws IOException {
    Path config = config(iceberg());
    try (GateauProcess process =
        GateauProcess.launch(
            folder,
            List.of(
                "run",
                "--config",
                config.toString(),
                "--input",
                "samples.jsonl",
                "--output",
                "none",
                "--table",
                "lake.db.t"))) {
      assertEquals(2, process.exitCode(LIMIT), process.stderr());
      assertTrue(process.stderr().contains("GATEAU_JARS"), process.stderr());
      assertTrue(Files.notExists(folder.resolve("none")), "nothing is written");
    }
  }

  private static void sql(Format format, String name, String... statements) throws IOException {
    try (SqlProcess process = sqlProcess(format, name, List.of(statements))) {
      process.lines();
    }
  }

  private static SqlProcess sqlProcess(Format format, String name, List<String> statements)
      throws IOException {
    return SqlProcess.start(
        format.name() + "-" + name, folder, format.jars(), format.settings(), statements);
  }

  private static String succeed(Format format, String... command) throws IOException {
    try (GateauProcess process = start(format, command)) {
      assertEquals(0, process.exitCode(LIMIT), process.stderr());
      return process.stdout();
    }
  }

  private static GateauProcess start(Format format, String... command) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(command));
    arguments.addAll(List.of("--config", config(format).toString()));
    String jars = format.jars().stream().map(Path::toString).collect(Collectors.joining(","));
    return GateauProcess.launch(folder, arguments, Map.of("GATEAU_JARS", jars));
  }

  private static Path config(Format format) throws IOException {
    String conf =
        format.settings().entrySet().stream()
            .map(set -> "    %s: %s%n".formatted(set.getKey(), set.getValue()))
            .collect(Collectors.joining());
    return Files.writeString(
        folder.resolve(format.name() + ".yaml"),
        """
        models:
          short: {path: model}
          long: {path: model, rope-theta: 40000}
        score: {segment-tokens: 64}
        spark:
          master: local[2]
          conf:
        """
            + conf);
  }

  private static JsonNode manifest(Path output) throws IOException {
    return new ObjectMapper().readTree(output.resolve("manifest.json").toFile());
  }
}
