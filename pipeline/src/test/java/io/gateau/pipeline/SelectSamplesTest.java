package io.gateau.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.pipeline.rank.Budget;
import io.gateau.pipeline.rank.ScoreColumns;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.signals.ScoredSample;
import io.gateau.pipeline.signals.SignalColumns;
import io.gateau.pipeline.testing.SparkTestSession;
import io.gateau.pipeline.testing.StoredRows;
import io.gateau.pipeline.testing.TestRun;
import io.gateau.pipeline.testing.TestSample;
import io.gateau.pipeline.testing.TinyPair;
import io.gateau.score.LongSignals;
import io.gateau.score.SampleStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Selection over stored signals, good and bad, and over folders that are not fit for it. */
class SelectSamplesTest {
  private static final SparkSession SPARK = SparkTestSession.spark();
  private static final List<TestSample> SAMPLES = TestSample.many(6);

  @TempDir static Path shared;

  private static TinyPair models;
  private static TestRun first;

  @TempDir Path folder;

  private TestRun run;

  @BeforeAll
  static void scoresOnce() throws IOException {
    models = TinyPair.write(shared);
    first = new TestRun(shared.resolve("first"));
    first.score(models, TestSample.writeSamples(shared.resolve("input.jsonl"), SAMPLES));
  }

  @BeforeEach
  void startsFromTheFirstRun() throws IOException {
    run = first.copy(folder.resolve("out"));
  }

  private String message() {
    return assertThrows(InputException.class, () -> run.select(SelectConfig.DEFAULT)).getMessage();
  }

  /** Puts a text in the place of the manifest, where no checksum tells. */
  private void writeManifest(String text) throws IOException {
    Files.deleteIfExists(run.folder().resolve(".manifest.json.crc"));
    Files.writeString(manifest(), text);
  }

  private Path manifest() {
    return run.folder().resolve("manifest.json");
  }

  @Test
  void signalsThatAreNoNumbersAreRejectedAndDoNotTouchTheOthers() throws IOException {
    Map<String, Row> rows = run.byId("signals");
    TestRun.delete(run.folder().resolve("signals"));
    double nan = Double.NaN;
    for (TestSample sample : SAMPLES.subList(0, 3)) {
      Row row = rows.get(sample.id());
      boolean bad = sample.id().equals("s00");
      boolean unheard = sample.id().equals("s01");
      StoredRows.store(
          run.folder().resolve("signals"),
          new ScoredSample(
              sample.id(),
              sample.source(),
              bad ? SampleStatus.NON_FINITE : SampleStatus.OK,
              20,
              5,
              60,
              2,
              false,
              OptionalDouble.of(bad ? Double.POSITIVE_INFINITY : 2),
              Optional.of(
                  new LongSignals(
                      bad ? nan : 3,
                      StoredRows.doubles(1, bad ? nan : 2),
                      StoredRows.doubles(0, unheard ? 0 : 1))),
              row.getAs(SignalColumns.SHORT_KEY),
              row.getAs(SignalColumns.LONG_KEY)));
    }

    SelectSamples.Result result = run.select(SelectConfig.DEFAULT);

    // The other three samples have no signals any more.
    assertEquals(Map.of("non-finite", 2L, "not-scored", 3L), result.rejectedByReason());
    assertEquals(List.of("s02"), run.ids("scores"));
    assertEquals(0.5, run.table("scores").get(0).<Double>getAs("score"), 1e-15);
    Map<String, Row> rejected = run.byId("rejected");
    assertEquals("a signal is not a finite number", rejected.get("s00").getAs("detail"));
    assertEquals("a signal is not a finite number", rejected.get("s01").getAs("detail"));
    assertEquals(
        "no signals are stored for this text; run gateau score on this input",
        rejected.get("s05").getAs("detail"));
  }

  @Test
  void aFolderWithoutScoresIsRefused() {
    run = new TestRun(folder.resolve("nothing"));

    assertEquals(
        run.output()
            + " has no finished scores (no manifest.json with a score part); run gateau score first",
        message());
    assertTrue(Files.notExists(run.folder()), "nothing may be written");
  }

  @Test
  void aDamagedManifestIsRefused() throws IOException {
    Files.writeString(manifest(), "{\"score\": {");
    assertTrue(
        message().startsWith(run.output() + "/manifest.json is not what a run wrote (Checksum"),
        message());

    writeManifest("{\"score\": {");
    assertTrue(
        message().startsWith(run.output() + "/manifest.json is damaged (Unexpected end-of-input"),
        message());

    writeManifest("[1]");
    assertEquals(
        run.output() + "/manifest.json is no JSON object; delete it and score again", message());

    writeManifest("{\"score\": {}}");
    assertTrue(message().contains("manifest.json is damaged ("), message());

    String one = "{\"path\": \"m\", \"fingerprint\": \"f\", \"dtype\": \"float32\"}";
    writeManifest(
        "{\"score\": {\"recipe\": {\"short-model\": %s, \"long-model\": %s}}}".formatted(one, one));
    assertTrue(
        message()
            .contains("a model's recipe needs path, fingerprint, rope-scaling, dtype and settings"),
        message());
  }

  @Test
  void aManifestOfAnotherProgramIsRefusedAndKept() throws IOException {
    writeManifest("{\"name\": \"a web page\"}");

    assertEquals(
        run.output() + "/manifest.json was not written by a run; name another output", message());
    assertEquals(
        run.output() + "/manifest.json was not written by a run; name another output",
        assertThrows(
                InputException.class,
                () -> run.score(models, shared.resolve("input.jsonl").toString()))
            .getMessage());
    assertEquals("{\"name\": \"a web page\"}", Files.readString(manifest()));
  }

  @Test
  void anInputWithoutRecordsGivesEmptyTables() throws IOException {
    TestRun empty = new TestRun(folder.resolve("empty"));
    String input = TestSample.write(folder.resolve("empty.jsonl"), List.of());

    assertEquals(new ScoreSamples.Result(0, 0, 0, 0, 0, 0), empty.score(models, input));
    assertEquals(new SelectSamples.Result(0, 0, 0, Map.of()), empty.select(SelectConfig.DEFAULT));
    assertEmptyTables(empty);
    assertEquals(0, SPARK.read().parquet(empty.output() + "/rejected").count());
  }

  @Test
  void anInputWhoseRowsAreAllRejectedGivesEmptyTables() throws IOException {
    TestRun empty = new TestRun(folder.resolve("rejected-only"));
    String input = TestSample.write(folder.resolve("bad.jsonl"), List.of("{", "[]", "7"));

    assertEquals(new ScoreSamples.Result(3, 3, 0, 0, 0, 0), empty.score(models, input));
    SelectSamples.Result result = empty.select(SelectConfig.DEFAULT);
    assertEquals(3, result.rowsIn());
    assertEquals(3, result.rejected());
    assertEmptyTables(empty);
    assertEquals(3, empty.table("rejected").size());
  }

  @Test
  void aForgottenOutputIsNamedAndNoSetterTakesNull() {
    SelectSamples action = SelectSamples.on(SPARK);

    assertEquals(
        "output is missing; call output(path)",
        assertThrows(IllegalStateException.class, action::execute).getMessage());
    assertEquals(
        "output cannot be null",
        assertThrows(IllegalArgumentException.class, () -> action.output(null)).getMessage());
    assertEquals(
        "config cannot be null",
        assertThrows(IllegalArgumentException.class, () -> action.config(null)).getMessage());
    assertEquals(
        "input cannot be null",
        assertThrows(IllegalArgumentException.class, () -> action.input(null)).getMessage());
    assertEquals(
        "effectiveConfig cannot be null",
        assertThrows(IllegalArgumentException.class, () -> action.effectiveConfig(null))
            .getMessage());
  }

  private static void assertEmptyTables(TestRun empty) {
    assertEquals(
        SPARK.read().parquet(first.output() + "/signals").columns().length,
        SPARK.read().parquet(empty.output() + "/signals").columns().length);
    assertEquals(
        ScoreColumns.SCORES, List.of(SPARK.read().parquet(empty.output() + "/scores").columns()));
    assertEquals(
        ScoreColumns.SCORES.size() + 1,
        SPARK.read().parquet(empty.output() + "/selected").columns().length);
    assertEquals(0, SPARK.read().parquet(empty.output() + "/signals").count());
    assertEquals(0, SPARK.read().parquet(empty.output() + "/scores").count());
    assertEquals(0, SPARK.read().parquet(empty.output() + "/selected").count());
  }

  @Test
  void anArrayOnOneLineIsSelectedFromLikeAnyOtherInput() throws IOException {
    List<String> elements =
        TestSample.many(24).stream()
            .map(sample -> sample.json().replaceFirst("\"id\":\"s\\d+\",", ""))
            .toList();
    String input =
        TestSample.write(
            folder.resolve("array.json"), List.of("[" + String.join(", ", elements) + "]"));
    TestRun array = new TestRun(folder.resolve("array"));
    array.score(models, input);

    SelectSamples.Result result = array.select(best(5));

    assertEquals(new SelectSamples.Result(24, 5, 19, Map.of()), result);
    assertEquals(array.ids("scores").subList(0, 5), array.ids("selected"));
    assertEquals(24, Set.copyOf(array.ids("scores")).size());
    for (Row row : array.table("selected")) {
      String place = row.<String>getAs("id").replaceAll("array\\.json\\[(\\d+)]", "$1");
      assertEquals(elements.get(Integer.parseInt(place)), row.getAs("original"));
    }
  }

  @Test
  void equalIdsInAnArrayOnOneLineAreSelectedOnce() throws IOException {
    List<String> elements =
        TestSample.many(6).stream().map(sample -> sample.withId("same").json()).toList();
    String input =
        TestSample.write(
            folder.resolve("array.json"), List.of("[" + String.join(", ", elements) + "]"));
    TestRun array = new TestRun(folder.resolve("array"));
    array.score(models, input);

    SelectSamples.Result result = array.select(best(5));

    assertEquals(new SelectSamples.Result(6, 1, 0, Map.of("duplicate-id", 5L)), result);
    assertEquals(List.of("same"), array.ids("selected"));
    assertEquals(elements.get(0), array.table("selected").get(0).getAs("original"));
    assertEquals(
        elements.subList(1, 6),
        array.table("rejected").stream().map(row -> row.getAs("original")).toList());
  }

  private static SelectConfig best(long rows) {
    SelectConfig usual = SelectConfig.DEFAULT;
    return new SelectConfig(
        usual.strategy(),
        usual.alpha(),
        usual.importance(),
        usual.difficulty(),
        usual.normalisation(),
        usual.winsorise(),
        new Budget.Count(rows),
        usual.scope(),
        usual.seed());
  }

  @Test
  void nothingStaysCached() {
    run.select(SelectConfig.DEFAULT);

    assertEquals(0, SPARK.sparkContext().getPersistentRDDs().size());
    assertTrue(SPARK.sharedState().cacheManager().isEmpty(), "a dataset is still cached");
  }
}
