package io.gateau.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gateau.jobs.testing.DuckDb;
import io.gateau.jobs.testing.GateauProcess;
import io.gateau.jobs.testing.SampleFile;
import io.gateau.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job as a user runs it: a process started from the shipped jar, read back by DuckDB. */
final class RunIT {
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final int SEGMENT = 64;

  @TempDir static Path folder;
  private static Path model;

  /** Files of a task for each time that it stores: one for each signal of the strategy gateau. */
  private static final int SIGNALS = 4;

  @BeforeAll
  static void makeAModel() throws IOException {
    model = TinyCheckpoint.tied().write(folder.resolve("model"));
  }

  @Test
  void everyLineEndsInExactlyOnePlaceAndASecondRunScoresNothing() throws IOException {
    Path input = SampleFile.write(folder.resolve("one-in-five.jsonl"), 60, 60, 5);
    Path output = folder.resolve("one-in-five");
    String summary = succeed("run", input, output, List.of("--percent", "25"));
    assertEquals(48, DuckDb.number(output, "select count(*) from {scores}"));
    assertEquals(12, DuckDb.number(output, "select count(*) from {selected}"));
    assertEquals(12, DuckDb.number(output, "select count(*) from {rejected}"));
    assertEquals(
        List.of(
            List.of("broken-json", 3L),
            List.of("empty-response", 2L),
            List.of("missing-field", 3L),
            List.of("wrong-type", 4L)),
        DuckDb.query(
            output, "select reason, count(*) from {rejected} group by reason order by reason"));
    assertEquals(
        0,
        DuckDb.number(
            output,
            "select count(*) from {selected} s join {scores} using (id) where s.rank > 12 or not s.selected"));
    assertEquals(
        48,
        DuckDb.number(
            output, "select count(distinct rank) from {scores} where rank between 1 and 48"));
    assertEquals(
        48,
        DuckDb.number(
            output,
            "select count(*) from {scores} s join {samples} m using (id)"
                + " join {signals/segment-loss-*} l using (content_key)"
                + " join {signals/segment-attention-*} a using (content_key)"
                + " where len(l.segment_loss) = ceil(s.context_tokens / %d.0)".formatted(SEGMENT)
                + " and len(a.segment_attention) = len(l.segment_loss)"));
    assertTrue(summary.contains("60") && summary.contains("broken-json"), summary);
    JsonNode counts = manifest(output).path("select").path("counts");
    assertEquals(60, counts.path("rows-in").asLong());
    assertEquals(12, counts.path("selected").asLong());
    assertEquals(36, counts.path("unselected").asLong());
    long rejected = 0;
    for (JsonNode count : counts.path("rejected-by-reason")) {
      rejected += count.asLong();
    }
    assertEquals(12, rejected);

    List<List<Object>> first = DuckDb.ranking(output);
    String again = succeed("run", input, output, List.of("--percent", "25"));
    assertTrue(again.contains("nothing was scored anew"), again);
    assertEquals(0, manifest(output).path("score").path("counts").path("sequences-read").asLong());
    assertEquals(first, DuckDb.ranking(output));
  }

  @Test
  void aRunKilledHalfWayGoesOnAndEndsAsIfUndisturbed() throws Exception {
    Path input = SampleFile.write(folder.resolve("killed.jsonl"), 40, 250, 0);
    Path undisturbed = folder.resolve("undisturbed");
    succeed("run", input, undisturbed, List.of());

    Path output = folder.resolve("killed");
    Path eager =
        Files.writeString(folder.resolve("eager.yaml"), "score:\n  checkpoint-seconds: 0\n");
    try (GateauProcess process =
        GateauProcess.start(
            folder,
            "io.gateau.jobs.Gateau",
            command("run", input, output, List.of("--config", eager.toString())))) {
      while (process.isAlive() && storedFilesOrNone(output) < 12 * SIGNALS) {
        Thread.sleep(20);
      }
      process.kill();
      assertEquals(137, process.exitCode(LIMIT));
    }
    assertEquals("scoring", manifest(output).at("/score/state").asText(), "killed too late");
    long complete =
        DuckDb.number(
            output,
            "select count(*) from (select content_key from"
                + " read_parquet({signals/*}, union_by_name = true)"
                + " group by content_key having count(*) = %d)".formatted(SIGNALS));
    assertTrue(complete >= 10 && complete < 40, complete + " samples were stored");
    select(output);
    assertEquals(complete, DuckDb.number(output, "select count(*) from {scores}"));
    assertEquals(
        List.of(List.of("not-scored", 40 - complete)),
        DuckDb.query(output, "select reason, count(*) from {rejected} group by reason"));

    succeed("run", input, output, List.of());
    JsonNode counts = manifest(output).path("score").path("counts");
    assertEquals(complete, counts.path("stored").asLong());
    assertEquals(40 - complete, counts.path("scored").asLong());
    // Two samples at most, one of each task, had some of their signals stored.
    long whole = manifest(undisturbed).at("/score/counts/sequences-read").asLong();
    assertTrue(
        counts.path("sequences-read").asLong() <= whole - complete * (2 + 250 * 3 / SEGMENT),
        counts + " of " + whole);
    assertEquals(DuckDb.ranking(undisturbed), DuckDb.ranking(output));
    assertEquals(
        40,
        DuckDb.number(output, "select count(*) from {signals/segment-attention-*}"),
        "a row is stored twice");
  }

  private static void select(Path output) throws IOException {
    try (GateauProcess process =
        GateauProcess.start(
            folder,
            "io.gateau.jobs.Gateau",
            List.of("select", "--master", "local[2]", "--output", output.toString()))) {
      assertEquals(0, process.exitCode(LIMIT), process.stderr());
    }
  }

  @Test
  void wrongUsageInputOrModelEndsWithTwoAndWritesNothing() throws IOException {
    Path input = SampleFile.write(folder.resolve("wrong.jsonl"), 2, 60, 0);
    Path output = folder.resolve("wrong");
    assertFailure(2, output, "--alhpa", command("run", input, output, List.of("--alhpa", "1")));
    assertFailure(
        2,
        output,
        "alpha 1.4 is outside [0, 1]",
        command("run", input, output, List.of("--alpha", "1.4")));
    assertFailure(
        2,
        output,
        "does not exist",
        command("run", folder.resolve("nowhere.jsonl"), output, List.of()));
    Path pickled = Files.createDirectories(folder.resolve("pickled"));
    for (String file : new String[] {"config.json", "tokenizer.json"}) {
      Files.copy(model.resolve(file), pickled.resolve(file));
    }
    Files.write(pickled.resolve("pytorch_model.bin"), new byte[] {1});
    List<String> pickle = new ArrayList<>(command("run", input, output, List.of()));
    pickle.set(pickle.indexOf("--short-model") + 1, pickled.toString());
    assertFailure(2, output, "pytorch_model.bin, a pickle", pickle);
  }

  private static void assertFailure(int code, Path output, String message, List<String> command) {
    try (GateauProcess process = GateauProcess.start(folder, "io.gateau.jobs.Gateau", command)) {
      assertEquals(code, process.exitCode(LIMIT), process.stderr());
      assertTrue(process.stderr().contains(message), process.stderr());
      assertFalse(process.stderr().contains("\tat "), "a stack trace: " + process.stderr());
    }
    assertFalse(Files.exists(output), "something was written");
  }

  private static String succeed(String job, Path input, Path output, List<String> more) {
    try (GateauProcess process =
        GateauProcess.start(folder, "io.gateau.jobs.Gateau", command(job, input, output, more))) {
      assertEquals(0, process.exitCode(LIMIT), process.stderr());
      return process.stdout();
    }
  }

  private static List<String> command(String job, Path input, Path output, List<String> more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                job,
                "--input",
                input.toString(),
                "--short-model",
                model.toString(),
                "--long-model",
                model.toString(),
                "--long-rope-theta",
                "40000",
                "--segment-tokens",
                String.valueOf(SEGMENT),
                "--master",
                "local[2]",
                "--output",
                output.toString()));
    command.addAll(more);
    return command;
  }

  private static long storedFiles(Path output) throws IOException {
    Path signals = output.resolve("signals");
    if (!Files.isDirectory(signals)) {
      return 0;
    }
    try (var files = Files.walk(signals)) {
      return files.filter(file -> file.toString().endsWith(".parquet")).count();
    }
  }

  private static JsonNode manifest(Path output) throws IOException {
    return new ObjectMapper().readTree(output.resolve("manifest.json").toFile());
  }

  /** None while a file that is listed takes its final name. */
  private static long storedFilesOrNone(Path output) throws IOException {
    try {
      return storedFiles(output);
    } catch (java.io.UncheckedIOException e) {
      return 0;
    }
  }
}
