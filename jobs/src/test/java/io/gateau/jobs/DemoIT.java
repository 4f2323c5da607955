package io.gateau.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.jobs.testing.DuckDb;
import io.gateau.jobs.testing.GateauProcess;
import io.gateau.model.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demonstration and the evaluation as whole processes, with a pair that knows nothing. */
final class DemoIT {
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final Pattern KIND =
      Pattern.compile(
          "^  (long-range|local|parametric|noise|copy) +(\\d+) +(\\d+) +(\\d+) +(\\d+)$");

  @TempDir Path folder;

  @Test
  void itPlantsScoresSelectsAndShowsWhatWasFound() throws IOException {
    Path shortModel = TinyCheckpoint.tied().write(folder.resolve("short"));
    Path longModel = TinyCheckpoint.tied().seed(5).write(folder.resolve("long"));
    Path config =
        Files.writeString(
            folder.resolve("tiny.yaml"),
            "models: {short: {path: '%s'}, long: {path: '%s'}}\nscore: {max-tokens: 700}\n"
                .formatted(shortModel, longModel));
    Path output = folder.resolve("demo");

    String said =
        succeed(
            "demo",
            "--samples",
            "10",
            "--output",
            output.toString(),
            "--config",
            config.toString());

    long planted = 0;
    long[] found = new long[3];
    for (String line : said.lines().toList()) {
      Matcher kind = KIND.matcher(line);
      if (kind.matches()) {
        planted += Long.parseLong(kind.group(2));
        for (int i = 0; i < 3; i++) {
          found[i] += Long.parseLong(kind.group(3 + i));
        }
      }
    }
    assertEquals(10, planted, said);
    for (long top : found) {
      assertEquals(3, top, "three in ten are long-range: " + said);
    }
    assertEquals(3, DuckDb.number(output, "select count(*) from {selected}"));
    assertEquals(
        10, Files.readAllLines(output.resolve("samples.jsonl")).size(), "the samples are kept");

    Path json = folder.resolve("measures.json");
    String table =
        succeed(
            "evaluate",
            "--scored",
            output.toString(),
            "--resamples",
            "20",
            "--json",
            json.toString());
    assertTrue(table.contains("area under ROC") && table.contains("perplexity"), table);
    assertTrue(Files.readString(json).contains("\"precision@share\""), "the file has the numbers");
  }

  private String succeed(String... arguments) {
    try (GateauProcess process =
        GateauProcess.start(folder, "io.gateau.jobs.Gateau", List.of(arguments))) {
      assertEquals(0, process.exitCode(LIMIT), process.stderr());
      return process.stdout();
    }
  }
}
