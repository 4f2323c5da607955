package io.gateau.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gateau.jobs.testing.DuckDb;
import io.gateau.jobs.testing.GateauProcess;
import io.gateau.jobs.testing.PairArguments;
import io.gateau.jobs.testing.S3Outage;
import io.gateau.jobs.testing.S3Server;
import io.gateau.jobs.testing.SampleFile;
import io.gateau.jobs.testing.StandaloneCluster;
import io.gateau.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Input, models and output in an object store. */
final class S3IT {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final Duration OUTAGE = Duration.ofSeconds(8);

  @TempDir static Path folder;
  private static S3Server server;

  @BeforeAll
  static void scoreLocalFiles() throws IOException {
    Path model = TinyCheckpoint.separate().shards(2).write(folder.resolve("model"));
    Path samples = SampleFile.write(folder.resolve("samples.jsonl"), 30, 60, 5);
    run(
        "here",
        model.toString(),
        samples.toString(),
        folder.resolve("here").toString(),
        "local[2]");
    server = S3Server.start(folder);
    server.upload(model, "models/tiny");
    server.upload(samples, "in/samples.jsonl");
    run(
        "there",
        server.url("models/tiny"),
        server.url("in/samples.jsonl"),
        server.url("out/there"),
        "local[2]");
    server.download("out/there", folder.resolve("there"));
  }

  @AfterAll
  static void stopTheServer() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void anObjectStoreGivesTheRankingOfLocalFiles() throws IOException {
    Path there = folder.resolve("there");
    Path here = folder.resolve("here");

    assertEquals(24, DuckDb.number(there, "select count(*) from {scores}"));
    assertEquals(6, DuckDb.number(there, "select count(*) from {rejected}"));
    assertEquals(DuckDb.ranking(here), DuckDb.ranking(there));
    String originals = "select id, original from {selected} order by rank";
    assertEquals(DuckDb.query(here, originals), DuckDb.query(there, originals));

    assertEquals(names(here.resolve("signals")), names(there.resolve("signals")));
    JsonNode model = manifest(there).at("/score/models/short");
    assertEquals(server.url("models/tiny"), model.path("path").asText());
    assertEquals(manifest(here).at("/score/models/short/fingerprint"), model.path("fingerprint"));
  }

  @Test
  void storedSignalsAreNeverCopied() throws IOException {
    assertEquals(
        List.of(),
        server
            .log()
            .lines()
            .filter(line -> line.contains("x-amz-copy-source: bucket/out/there/signals/"))
            .toList());
    try (Stream<Path> files = Files.walk(folder.resolve("there"))) {
      assertEquals(
          List.of(), files.filter(file -> file.toString().contains(".unfinished")).toList());
    }
  }

  /* From the attempt of a task to the staged table, and from there to its place. */
  @Test
  void aFileOfATableIsCopiedTwice() throws IOException {
    Pattern copied = Pattern.compile("x-amz-copy-source: bucket/out/there/(\\S+/part-\\S+parquet)");
    List<String> sources =
        copied.matcher(server.log()).results().map(match -> match.group(1)).toList();
    long files = 0;
    for (String table : List.of("samples", "scores", "selected", "rejected")) {
      try (Stream<Path> parts = Files.list(folder.resolve("there").resolve(table))) {
        files += parts.filter(part -> part.toString().endsWith(".parquet")).count();
      }
    }
    List<String> ofTables = sources.stream().filter(name -> !name.contains("ranker")).toList();
    assertEquals(2 * files, ofTables.size(), String.join("\n", ofTables));
  }

  @Test
  void theProcessesOfAMachineFetchAModelOnce() throws IOException {
    server.upload(folder.resolve("model"), "models/once");
    String cache = "cache-of-a-cluster";
    try (StandaloneCluster cluster = StandaloneCluster.start()) {
      run(
          "cluster",
          server.url("models/once"),
          server.url("in/samples.jsonl"),
          server.url("out/cluster"),
          cluster.masterUrl(),
          cache);
    }
    Path there = folder.resolve("cluster");
    server.download("out/cluster", there);

    String byRank = "select rank, id, selected from {scores} order by rank";
    assertEquals(DuckDb.query(folder.resolve("here"), byRank), DuckDb.query(there, byRank));
    Pattern weights = Pattern.compile("GET@\\S* \\S*/models/once/model-00001-of-00002.safetensors");
    assertEquals(1, weights.matcher(server.log()).results().count());
    try (Stream<Path> copies = Files.walk(folder.resolve(cache), 2)) {
      assertEquals(
          2,
          copies.filter(path -> path.getParent().getParent().endsWith(cache)).count(),
          "a copy and its lock");
    }
  }

  /* The server goes away for some seconds while signals are stored. */
  @Test
  void anOutageIsWaitedFor() throws Exception {
    try (S3Outage outage = S3Outage.of(server);
        GateauProcess process =
            GateauProcess.start(
                folder,
                "io.gateau.jobs.Gateau",
                arguments(
                    config("outage", "local[2]", "cache", outage.hadoopSettings()),
                    server.url("models/tiny"),
                    server.url("in/samples.jsonl"),
                    server.url("out/outage")))) {
      process.awaitOutput("Scoring 24 samples", LIMIT);
      outage.begin();
      Thread.sleep(OUTAGE.toMillis());
      outage.end();
      assertEquals(0, process.exitCode(LIMIT), process.stderr());
      assertTrue(outage.refused() > 0, "nothing was asked of the server during the outage");
    }
    Path there = folder.resolve("outage");
    server.download("out/outage", there);
    assertEquals(DuckDb.ranking(folder.resolve("here")), DuckDb.ranking(there));
    assertEquals(6, DuckDb.number(there, "select count(*) from {rejected}"));
  }

  @Test
  void aModelThatIsNotThereEndsWithTwo() throws IOException {
    Path config = config("nowhere", "local[1]", "cache");
    try (GateauProcess process =
        GateauProcess.start(
            folder,
            "io.gateau.jobs.Gateau",
            arguments(
                config,
                server.url("models/nowhere"),
                server.url("in/samples.jsonl"),
                server.url("out/nowhere")))) {
      assertEquals(2, process.exitCode(LIMIT), process.stderr());
      assertTrue(
          process.stderr().contains("model directory s3a://bucket/models/nowhere does not exist"),
          process.stderr());
    }
  }

  private static void run(String name, String model, String input, String output, String master)
      throws IOException {
    run(name, model, input, output, master, "cache");
  }

  private static void run(
      String name, String model, String input, String output, String master, String cache)
      throws IOException {
    Path config = config(name, master, cache);
    try (GateauProcess process =
        GateauProcess.start(
            folder, "io.gateau.jobs.Gateau", arguments(config, model, input, output))) {
      assertEquals(0, process.exitCode(LIMIT), process.stderr());
    }
  }

  private static List<String> arguments(Path config, String model, String input, String output) {
    List<String> command = new ArrayList<>(List.of("run", "--config", config.toString()));
    command.addAll(PairArguments.of(input, model, output));
    return command;
  }

  private static Path config(String name, String master, String cache) throws IOException {
    return config(name, master, cache, server == null ? Map.of() : server.hadoopSettings());
  }

  private static Path config(
      String name, String master, String cache, Map<String, String> hadoopSettings)
      throws IOException {
    String hadoop =
        hadoopSettings.entrySet().stream()
            .map(set -> "    spark.hadoop.%s: \"%s\"\n".formatted(set.getKey(), set.getValue()))
            .collect(Collectors.joining());
    return Files.writeString(
        folder.resolve(name + ".yaml"),
        """
        spark:
          master: "%s"
          conf:
            spark.ui.enabled: false
            # On a cluster, tasks start when both executors are there, so that each gets its share.
            spark.scheduler.minRegisteredResourcesRatio: 1.0
            spark.gateau.model-cache: %s
        """
                .formatted(master, folder.resolve(cache))
            + hadoop);
  }

  private static Set<String> names(Path place) throws IOException {
    try (Stream<Path> entries = Files.list(place)) {
      return entries
          .filter(Files::isDirectory)
          .map(entry -> entry.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static JsonNode manifest(Path output) throws IOException {
    return new ObjectMapper().readTree(output.resolve("manifest.json").toFile());
  }
}
