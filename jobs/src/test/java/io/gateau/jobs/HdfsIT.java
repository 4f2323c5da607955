package io.gateau.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.jobs.testing.DuckDb;
import io.gateau.jobs.testing.GateauProcess;
import io.gateau.jobs.testing.HdfsCluster;
import io.gateau.jobs.testing.PairArguments;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Input, models and output in HDFS. */
final class HdfsIT {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  @TempDir static Path folder;
  private static Path model;
  private static Path samples;
  private static HdfsCluster hdfs;

  @BeforeAll
  static void scoresLocalFiles() throws IOException {
    model = TinyCheckpoint.separate().write(folder.resolve("model"));
    samples = SampleFile.write(folder.resolve("samples.jsonl"), 30, 60, 5);
    run(model, samples, folder.resolve("here"));
    select(folder.resolve("here"));
    hdfs = HdfsCluster.start(folder);
  }

  @AfterAll
  static void stopsHdfs() {
    if (hdfs != null) {
      hdfs.close();
    }
  }

  @Test
  void hdfsGivesTheRankingsOfLocalFiles() throws IOException {
    hdfs.upload(model, "models/tiny");
    hdfs.upload(samples, "in/samples.jsonl");
    run(hdfs.url("models/tiny"), hdfs.url("in/samples.jsonl"), hdfs.url("out"));
    String again = run(hdfs.url("models/tiny"), hdfs.url("in/samples.jsonl"), hdfs.url("out"));
    assertTrue(again.contains("nothing was scored anew"), again);
    select(hdfs.url("out"));
    Path here = folder.resolve("here");
    Path there = folder.resolve("there");
    hdfs.download("out", there);

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
    List<String> command = command(model, samples, hdfs.url("full"));
    try (GateauProcess process = start(command)) {
      process.awaitOutput("Scoring 24 samples", LIMIT);
      hdfs.fill("full");
      assertEquals(1, process.exitCode(LIMIT), process.stderr());
      assertTrue(process.stderr().contains("quota"), process.stderr());
    }
    hdfs.makeRoom("full");
    succeed(command);
    hdfs.download("full", folder.resolve("full"));
    assertEquals(DuckDb.ranking(folder.resolve("here")), DuckDb.ranking(folder.resolve("full")));
  }

  private static String run(Object pair, Object input, Object output) {
    return succeed(command(pair, input, output));
  }

  private static List<String> command(Object pair, Object input, Object output) {
    List<String> command = new ArrayList<>(List.of("run"));
    command.addAll(PairArguments.of(input, pair, output));
    return command;
  }

  private static void select(Object output) {
    succeed(
        List.of(
            "select", "--output", output.toString(), "--strategy", "random", "--name", "random"));
  }

  private static String succeed(List<String> command) {
    try (GateauProcess process = start(command)) {
      assertEquals(0, process.exitCode(LIMIT), process.stderr());
      return process.stdout();
    }
  }

  private static GateauProcess start(List<String> command) {
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
