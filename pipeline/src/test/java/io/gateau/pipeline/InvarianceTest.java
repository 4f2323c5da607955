package io.gateau.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.model.ModelCache;
import io.gateau.model.ModelSpec;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.testing.SparkTestSession;
import io.gateau.pipeline.testing.TestRun;
import io.gateau.pipeline.testing.TestSample;
import io.gateau.pipeline.testing.TinyPair;
import io.gateau.score.ModelRole;
import io.gateau.score.ModelSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the rows are spread over files, partitions, batches and checkpoints never shows. */
class InvarianceTest {
  private static final SparkSession SPARK = SparkTestSession.spark();
  private static final String PARTITIONS = "spark.sql.shuffle.partitions";
  private static final List<TestSample> SAMPLES = TestSample.many(12);

  @TempDir static Path folder;

  private static TinyPair models;
  private static TestRun first;

  @BeforeAll
  static void scoresOnce() throws IOException {
    models = TinyPair.write(folder);
    first = new TestRun(folder.resolve("first"));
    first.score(models, TestSample.writeSamples(folder.resolve("first.jsonl"), SAMPLES));
    first.select(SelectConfig.DEFAULT);
  }

  @AfterEach
  void setsPartitionsBack() {
    SPARK.conf().set(PARTITIONS, "2");
  }

  @Test
  void oneFilePerSampleBackwardsOnOnePartitionGivesTheSame(@TempDir Path other) throws IOException {
    List<String> files = new ArrayList<>();
    for (int i = SAMPLES.size() - 1; i >= 0; i--) {
      files.add(
          TestSample.writeSamples(
              other.resolve("in/%02d.jsonl".formatted(99 - i)), List.of(SAMPLES.get(i))));
    }
    SPARK.conf().set(PARTITIONS, "1");

    assertSame(first, run(other, models, files.toArray(new String[0])));
  }

  @Test
  void anotherOrderOnThreePartitionsInSmallBatchesGivesTheSame(@TempDir Path other)
      throws IOException {
    List<TestSample> shuffled = new ArrayList<>(SAMPLES);
    Collections.shuffle(shuffled, new Random(3));
    String one = TestSample.writeSamples(other.resolve("1.jsonl"), shuffled.subList(0, 2));
    String two = TestSample.writeSamples(other.resolve("2.jsonl"), shuffled.subList(2, 12));
    SPARK.conf().set(PARTITIONS, "3");

    assertSame(first, run(other, models.withBatchTokens(1).withCheckpointSeconds(0), one, two));
  }

  @Test
  void sevenPartitionsAndOneBatchPerSampleGiveTheSame(@TempDir Path other) throws IOException {
    String input = TestSample.writeSamples(other.resolve("in.jsonl"), SAMPLES);
    SPARK.conf().set(PARTITIONS, "7");

    assertSame(first, run(other, models.withBatchTokens(100_000), input));
  }

  /* 96 samples in some 32 tasks: two or more share a batch. */
  @Test
  void shortSamplesThatShareABatchGiveWhatTheyGiveAlone(@TempDir Path other) throws IOException {
    List<TestSample> samples = TestSample.many(96);
    String input = TestSample.writeSamples(other.resolve("in.jsonl"), samples);
    ModelSpec shortModel = models.config().models().get(ModelRole.SHORT);
    ModelSpec longModel = models.config().models().get(ModelRole.LONG);
    TestRun alone = new TestRun(other.resolve("alone"));
    alone.score(models.withBatchTokens(1), input);
    alone.select(SelectConfig.DEFAULT);
    long shortBefore = batches(shortModel);
    long longBefore = batches(longModel);

    TestRun together = new TestRun(other.resolve("together"));
    together.score(models.withBatchTokens(1_000_000), input);
    together.select(SelectConfig.DEFAULT);
    assertSame(alone, together);
    long shortBatches = batches(shortModel) - shortBefore;
    assertTrue(shortBatches <= 48, shortBatches + " batches");
    assertEquals(shortBatches, batches(longModel) - longBefore);
  }

  /* Two runs of other batches in one store: every text has two rows, which differ by rounding. */
  @Test
  void everyLaterSelectionOfOneStoreGivesTheSameBits(@TempDir Path other) throws IOException {
    TestRun store = first.copy(other.resolve("store"));
    TestRun again = new TestRun(other.resolve("again"));
    again.score(
        models.withBatchTokens(1).withCheckpointSeconds(0),
        TestSample.writeSamples(other.resolve("in.jsonl"), SAMPLES));
    for (ModelSignal signal : TestRun.SIGNALS) {
      for (Path file : again.signalFiles(signal)) {
        Files.copy(
            file,
            Path.of(store.signalFolder(signal).replace("file:", "")).resolve(file.getFileName()));
      }
    }
    store.select(SelectConfig.DEFAULT);
    List<Row> scores = store.table("scores");

    for (String partitions : List.of("1", "3", "7")) {
      SPARK.conf().set(PARTITIONS, partitions);
      store.select(SelectConfig.DEFAULT);
      assertEquals(scores, store.table("scores"), partitions + " partitions");
    }
    assertEquals(first.ids("scores"), store.ids("scores"));
  }

  private static long batches(ModelSpec model) {
    return ModelCache.get(model).inferenceCount().batches();
  }

  private static TestRun run(Path folder, TinyPair models, String... input) {
    TestRun run = new TestRun(folder.resolve("out"));
    assertEquals(SAMPLES.size(), run.score(models, input).scored());
    run.select(SelectConfig.DEFAULT);
    return run;
  }

  private static void assertSame(TestRun one, TestRun other) {
    assertEquals(one.ids("scores"), other.ids("scores"));
    assertEquals(one.ids("selected"), other.ids("selected"));
    Map<String, Row> others = other.byId("scores");
    one.byId("scores")
        .forEach(
            (id, row) -> {
              for (String column : List.of("short_ppl", "long_ppl", "score")) {
                double expected = row.<Double>getAs(column);
                double actual = others.get(id).<Double>getAs(column);
                assertEquals(expected, actual, 1e-5 * Math.abs(expected), id + " " + column);
              }
            });
    assertSame(one, other, TestRun.SEGMENT_LOSS, 7);
    assertSame(one, other, TestRun.SEGMENT_ATTENTION, 7);
  }

  private static void assertSame(TestRun one, TestRun other, ModelSignal signal, int column) {
    Map<String, Row> others = other.signal(signal);
    one.signal(signal)
        .forEach(
            (key, row) -> {
              List<Double> expected = row.getList(column);
              List<Double> actual = others.get(key).getList(column);
              assertEquals(expected.size(), actual.size(), key);
              for (int i = 0; i < expected.size(); i++) {
                assertEquals(expected.get(i), actual.get(i), 1e-5 * expected.get(i), key);
              }
            });
  }
}
