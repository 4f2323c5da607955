package io.gateau.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.testing.SparkTestSession;
import io.gateau.pipeline.testing.TestSample;
import io.gateau.pipeline.testing.TinyPair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the setters of {@link ScoreSamples} take, and where it scores. */
class ScoreSamplesTest {
  private static final SparkSession SPARK = SparkTestSession.spark();

  @TempDir Path folder;

  private static String missing(ScoreSamples action) {
    return assertThrows(IllegalStateException.class, action::execute).getMessage();
  }

  @Test
  void aForgottenSetterIsNamed() throws IOException {
    ReadConfig input = ReadConfig.of("in.jsonl");
    ScoreConfig config = TinyPair.write(folder).config();

    assertEquals("input is missing; call input(readConfig)", missing(ScoreSamples.on(SPARK)));
    assertEquals(
        "config is missing; call config(scoreConfig)",
        missing(ScoreSamples.on(SPARK).input(input).output("out")));
    assertEquals(
        "output is missing; call output(path)",
        missing(ScoreSamples.on(SPARK).input(input).config(config)));
  }

  @Test
  void noSetterTakesNull() {
    ScoreSamples action = ScoreSamples.on(SPARK);

    assertRefused("spark cannot be null", () -> ScoreSamples.on(null));
    assertRefused("input cannot be null", () -> action.input(null));
    assertRefused("config cannot be null", () -> action.config(null));
    assertRefused("output cannot be null", () -> action.output(null));
    assertRefused("progress cannot be null", () -> action.progress(null));
    assertRefused("effectiveConfig cannot be null", () -> action.effectiveConfig(null));
  }

  private static void assertRefused(String message, Runnable setter) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, setter::run).getMessage());
  }

  @Test
  void aRunWithRelativePathsNamesThemInFull() throws IOException {
    TinyPair models = TinyPair.write(folder);
    String input = TestSample.writeSamples(folder.resolve("in.jsonl"), TestSample.many(2));
    Path workingDirectory = Path.of("").toAbsolutePath();
    String output = workingDirectory.relativize(folder.resolve("out")).toString();
    ScoreSamples.on(SPARK)
        .input(ReadConfig.of(workingDirectory.relativize(Path.of(input)).toString()))
        .config(models.config())
        .output(output)
        .execute();

    OutputFolder run = OutputFolder.at(SPARK, output);
    assertEquals(folder.resolve("out").toString(), run.toString());
    assertEquals(List.of(input), RunManifest.of(run).input().input());
  }
}
