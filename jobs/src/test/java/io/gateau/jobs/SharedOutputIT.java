package io.gateau.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.jobs.testing.BuildOutputs;
import io.gateau.jobs.testing.ClassJar;
import io.gateau.jobs.testing.DuckDb;
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

/** Outputs of a cluster, where each process has a working directory of its own. */
final class SharedOutputIT {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  @TempDir static Path folder;
  private static Path model;
  private static Path input;
  private static StandaloneCluster cluster;

  @BeforeAll
  static void startACluster() throws IOException {
    model = TinyCheckpoint.separate().write(folder.resolve("model"));
    input = SampleFile.write(folder.resolve("samples.jsonl"), 16, 60, 0);
    cluster = StandaloneCluster.start();
  }

  @AfterAll
  static void stopTheCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void aRelativeOutputIsOneFolderForAllMachines() {
    SubmitResult result = run(List.of(), "out/relative").requireSuccess();

    assertTrue(result.stdout().contains("out/relative"), result.stdout());
    Path output = folder.resolve("out/relative");
    assertEquals(16, DuckDb.number(output, "select count(*) from {signals/segment-loss-*}"));
    assertEquals(16, DuckDb.number(output, "select count(*) from {scores}"));
  }

  @Test
  void anOutputThatTheMachinesDoNotShareFailsTheRun() throws IOException {
    Path split = ClassJar.write(folder.resolve("split.jar"), SplitFileSystem.class);
    List<String> conf =
        Stream.concat(SplitFileSystem.CONF.stream(), Stream.of("spark.jars=" + split)).toList();

    SubmitResult result = run(conf, "split:/out");

    assertEquals(ExitCode.WRONG_INPUT, result.exitCode(), result.stdout() + result.stderr());
    assertTrue(
        result
            .stderr()
            .contains(
                "gateau: 16 records were written, but 0 of them can be read back from split:/out:"
                    + " the executors wrote to a folder of that name that the driver does not see;"
                    + " name an output that all machines share, such as hdfs://, s3a:// or a shared"
                    + " mount"),
        result.stderr());
    assertFalse(Files.exists(folder.resolve("own/out/manifest.json")), "no run is recorded");
  }

  private static SubmitResult run(List<String> conf, String output) {
    return cluster.submitFrom(
        folder,
        BuildOutputs.gateauJar(),
        "io.gateau.jobs.RunJob",
        conf,
        PairArguments.of(input, model, output),
        LIMIT);
  }
}
