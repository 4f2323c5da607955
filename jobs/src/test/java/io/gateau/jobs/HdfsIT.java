package io.gateau.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.jobs.testing.DuckDb;
import io.gateau.jobs.testing.GateauProcess;
import io.gateau.jobs.testing.HdfsCluster;
import io.gateau.jobs.testing.SampleFile;
import io.gateau.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Input, models and output in HDFS. */
final class HdfsIT {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  @TempDir Path folder;

  @Test
  void hdfsGivesTheRankingsOfLocalFiles() throws IOException {
    Path model = TinyCheckpoint.separate().write(folder.resolve("model"));
    Path samples = SampleFile.write(folder.resolve("samples.jsonl"), 30, 60, 5);
    Path here = folder.resolve("here");
    Path there = folder.resolve("there");
    run(model.toString(), samples.toString(), here.toString());
    select(here.toString());
    try (HdfsCluster hdfs = HdfsCluster.start(folder)) {
      hdfs.upload(model, "models/tiny");
      hdfs.upload(samples, "in/samples.jsonl");
      run(hdfs.url("models/tiny"), hdfs.url("in/samples.jsonl"), hdfs.url("out"));
      String again = run(hdfs.url("models/tiny"), hdfs.url("in/samples.jsonl"), hdfs.url("out"));
      assertTrue(again.contains("nothing was scored anew"), again);
      select(hdfs.url("out"));
      hdfs.download("out", there);
    }

    assertEquals(24, DuckDb.number(there, "select count(*) from {scores}"));
    assertEquals(6, DuckDb.number(there, "select count(*) from {rejected}"));
    assertEquals(DuckDb.ranking(here), DuckDb.ranking(there));
    String random = "select rank, id, original from {selections/random/selected} order by rank";
    assertEquals(DuckDb.query(here, random), DuckDb.query(there, random));
    try (Stream<Path> files = Files.walk(there)) {
      assertEquals(
          List.of(), files.filter(file -> file.toString().contains(".unfinished")).toList());
    }
  }

  /* The folder of the output takes no more blocks once scoring has begun. */
  @Test
  void aFullDiskEndsTheRunAndTheSameCommandGoesOnOnceThereIsRoom() throws IOException {
    Path model = TinyCheckpoint.separate().write(folder.resolve("model"));
    Path samples = SampleFile.write(folder.resolve("samples.jsonl"), 30, 60, 0);
    run(model.toString(), samples.toString(), folder.resolve("here").toString());
    try (HdfsCluster hdfs = HdfsCluster.start(folder)) {
      List<String> command = command(model.toString(), samples.toString(), hdfs.url("out"));
      try (GateauProcess process = start(command)) {
        process.awaitOutput("Scoring 30 samples", LIMIT);
        hdfs.fill("out");
        assertEquals(1, process.exitCode(LIMIT), process.stderr());
        assertTrue(process.stderr().contains("quota"), process.stderr());
      }
      hdfs.makeRoom("out");
      succeed(command);
      hdfs.download("out", folder.resolve("there"));
    }
    assertEquals(DuckDb.ranking(folder.resolve("here")), DuckDb.ranking(folder.resolve("there")));
  }

  private String run(String model, String input, String output) {
    return succeed(command(model, input, output));
  }

  private static List<String> command(String model, String input, String output) {
    return List.of(
        "run",
        "--input",
        input,
        "--output",
        output,
        "--short-model",
        model,
        "--long-model",
        model,
        "--long-rope-theta",
        "40000",
        "--segment-tokens",
        "64");
  }

  private void select(String output) {
    succeed(List.of("select", "--output", output, "--strategy", "random", "--name", "random"));
  }

  private String succeed(List<String> command) {
    try (GateauProcess process = start(command)) {
      assertEquals(0, process.exitCode(LIMIT), process.stderr());
      return process.stdout();
    }
  }

  private GateauProcess start(List<String> command) {
    List<String> arguments = new ArrayList<>(command);
    arguments.addAll(List.of("--master", "local[2]"));
    return GateauProcess.start(
        folder,
        "io.gateau.jobs.Gateau",
        arguments,
        List.of(
            "-Xmx2g",
            "-XX:TieredStopAtLevel=1",
            "-Dspark.gateau.model-cache=" + folder.resolve("cache")),
        Map.of());
  }
}
