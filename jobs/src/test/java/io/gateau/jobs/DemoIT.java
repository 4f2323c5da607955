package io.gateau.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gateau.jobs.testing.DuckDb;
import io.gateau.jobs.testing.GateauProcess;
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
    Path output = folder.resolve("demo");

    String said = succeed("demo", "--samples", "20", "--output", output.toString());

    long planted = 0;
    long[] found = new long[3];
    for (String line : said.lines().toList()) {
      Matcher kind = KIND.matcher(line);
      if (kind.matches()) {
        planted += Long.parseLong(kind.group(2));
        for (int i = 0; i < 3; i++) {
          found[i] += Long.parseLong(kind.group(3 + i));
        }
        if (kind.group(1).equals("long-range")) {
          assertEquals("6", kind.group(2), said);
          assertEquals("6", kind.group(3), "GATEAU finds them all: " + said);
        }
      }
    }
    assertEquals(20, planted, said);
    for (long top : found) {
      assertEquals(6, top, "three in ten are long-range: " + said);
    }
    assertEquals(6, DuckDb.number(output, "select count(*) from {selected}"));
    assertEquals(
        20, Files.readAllLines(output.resolve("samples.jsonl")).size(), "the samples are kept");

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
    theEstimateIsWhatTheRunRead(output);
  }

  private void theEstimateIsWhatTheRunRead(Path output) throws IOException {
    Path json = folder.resolve("estimate.json");
    String said =
        succeed(
            "estimate",
            "--input",
            output.resolve("samples.jsonl").toString(),
            "--short-model",
            "embedded:short",
            "--long-model",
            "embedded:long",
            "--seconds",
            "1",
            "--price",
            "2",
            "--json",
            json.toString());
    JsonNode estimate = new ObjectMapper().readTree(json.toFile());
    JsonNode counts =
        new ObjectMapper().readTree(output.resolve("manifest.json").toFile()).at("/score/counts");
    assertEquals(20, estimate.path("texts").asLong(), said);
    assertEquals(counts.path("tokens-read"), estimate.path("tokens"), said);
    assertEquals(counts.path("sequences-read"), estimate.path("sequences"), said);
    assertTrue(estimate.path("seconds").asDouble() > 0 && estimate.path("price").asDouble() > 0);
    assertTrue(said.contains("long model, segments") && said.contains("device hours"), said);
  }

  @Test
  void theDoctorSaysWhatIsThereAndWhatIsNot() throws IOException {
    Path output = folder.resolve("not/there/yet");
    String said = succeed("doctor", "--long-model", "embedded:long", "--output", output.toString());
    for (String name :
        List.of("Java", "libtorch", "GPU", "scoring", "Spark", "long model", "output")) {
      assertTrue(said.lines().anyMatch(line -> line.matches("ok +" + name + " .*")), said);
    }
    assertTrue(Files.notExists(folder.resolve("not")), "nothing is left behind");

    try (GateauProcess process =
        GateauProcess.start(
            folder,
            "io.gateau.jobs.Gateau",
            List.of("doctor", "--short-model", folder.resolve("nowhere").toString()))) {
      assertEquals(2, process.exitCode(LIMIT), process.stderr());
      assertTrue(
          process.stdout().contains("-> give the folder that holds config.json"), process.stdout());
    }
  }

  private String succeed(String... arguments) {
    try (GateauProcess process =
        GateauProcess.start(folder, "io.gateau.jobs.Gateau", List.of(arguments))) {
      assertEquals(0, process.exitCode(LIMIT), process.stderr());
      return process.stdout();
    }
  }
}
