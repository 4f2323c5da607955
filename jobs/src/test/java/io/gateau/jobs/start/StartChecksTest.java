package io.gateau.jobs.start;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.jobs.settings.ConfigException;
import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.record.ReadConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartChecksTest {
  @TempDir Path folder;

  private static StartChecks checks(String... conf) {
    SparkConf result = new SparkConf(/* loadDefaults= */ false);
    for (int i = 0; i < conf.length; i += 2) {
      result.set(conf[i], conf[i + 1]);
    }
    return new StartChecks(result, Map.of());
  }

  private Path file() throws IOException {
    return Files.writeString(folder.resolve("a-file"), "text");
  }

  private static String refused(Runnable check) {
    return assertThrows(InputException.class, check::run).getMessage();
  }

  @Test
  void aFolderThatCanBeMadeIsFineAndNothingIsLeftInIt() throws IOException {
    assertDoesNotThrow(() -> checks().output(folder.resolve("new/one").toString()));
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(List.of(), left.toList());
    }
  }

  @Test
  void anOutputBelowAFileIsRefused() throws IOException {
    String output = file().resolve("out").toString();
    String message = refused(() -> checks().output(output));
    assertTrue(message.contains(output) && message.contains("a-file is no folder"), message);
  }

  @Test
  void anOutputThatNobodyMayWriteIsRefused() throws IOException {
    // No user, root neither, makes files in the root of a file system that the kernel makes up.
    Path unwritable = Files.isDirectory(Path.of("/proc")) ? Path.of("/proc/out") : file();
    String message = refused(() -> checks().output(unwritable.toString()));
    assertTrue(message.contains(unwritable.toString()), message);
    assertEquals(1, message.lines().count(), message);
  }

  @Test
  void aSchemeOfNoFileSystemIsRefusedWhateverItNames() {
    for (Runnable check :
        List.<Runnable>of(
            () -> checks().output("s4a://bucket/out"),
            () -> checks().input(ReadConfig.of("s4a://bucket/in")),
            () -> checks().models(List.of(model("s4a://bucket/model"))))) {
      String message = refused(check);
      assertTrue(message.contains("s4a://bucket/"), message);
      assertTrue(message.contains("check the scheme"), message);
    }
  }

  @Test
  void whatIsOnAnotherMachineWaitsForSpark() {
    StartChecks checks = checks("spark.hadoop.fs.defaultFS", "hdfs://nowhere.invalid:9000");
    assertDoesNotThrow(() -> checks.output("/out"));
    assertDoesNotThrow(() -> checks.input(ReadConfig.of("/in", "hdfs://nowhere.invalid/in")));
    assertDoesNotThrow(() -> checks.input(ReadConfig.of("table:lake.db.samples")));
    assertThrows(
        InputException.class, () -> checks.input(ReadConfig.of("file:" + folder + "/missing")));
  }

  @Test
  void aMissingInputIsRefusedWithNamesThatAreNear() throws IOException {
    Files.writeString(folder.resolve("samples.jsonl"), "{}");
    String message =
        refused(() -> checks().input(ReadConfig.of(folder.resolve("sample.jsonl").toString())));
    assertTrue(message.contains("did you mean samples.jsonl"), message);
  }

  @Test
  void aModelThatLooksLikeANameOfTheHubSaysHowToFetchIt() {
    String message =
        assertThrows(
                ModelException.class, () -> checks().models(List.of(model("nobody/llama-3.2"))))
            .getMessage();
    assertTrue(
        message.startsWith("model directory nobody/llama-3.2 does not exist")
            && message.contains("hf download nobody/llama-3.2 --local-dir models/llama-3.2"),
        message);
    String other =
        assertThrows(ModelException.class, () -> checks().models(List.of(model("/no/such/model"))))
            .getMessage();
    assertFalse(other.contains("hf download"), other);
  }

  @Test
  void aFolderWithoutScoresIsRefused() {
    String message = refused(() -> checks().scored(folder.toString()));
    assertTrue(message.contains("run gateau score first"), message);
    assertTrue(
        refused(() -> checks().fitted(folder.toString())).contains("has no fitted ranker"),
        "a folder without a ranker");
  }

  @Test
  void oneUsableTemporaryFolderOfSparkIsEnough() throws IOException {
    String bad = file().toString();
    assertDoesNotThrow(() -> checks("spark.local.dir", bad + "," + folder).temporaryFolders());
    String message =
        assertThrows(ConfigException.class, () -> checks("spark.local.dir", bad).temporaryFolders())
            .getMessage();
    assertTrue(message.contains(bad) && message.contains("SPARK_LOCAL_DIRS"), message);
    StartChecks variable = new StartChecks(new SparkConf(false), Map.of("SPARK_LOCAL_DIRS", bad));
    assertThrows(ConfigException.class, variable::temporaryFolders);
  }

  private static ModelSpec model(String path) {
    return new ModelSpec(path, ModelSpec.CONFIGURED_THETA, Dtype.AUTO, "cpu");
  }
}
