package io.gateau.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gateau.pipeline.progress.ScoreProgress;
import io.gateau.pipeline.rank.Budget;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.rank.strategy.RankConfig;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.testing.BreakingFileSystem;
import io.gateau.pipeline.testing.SparkTestSession;
import io.gateau.pipeline.testing.StoredRows;
import io.gateau.pipeline.testing.TestRun;
import io.gateau.pipeline.testing.TestSample;
import io.gateau.pipeline.testing.TinyPair;
import io.gateau.score.ModelSignal;
import io.gateau.score.SampleStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
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
  void selectedRecordsAreJsonLinesAsTheyWereReadInTheOrderOfTheirRanks() throws IOException {
    List<String> lines = Files.readAllLines(shared.resolve("input.jsonl"));
    SelectSamples.on(SPARK)
        .output(run.output())
        .format(SelectedFormat.JSONL)
        .config(best(4))
        .execute();

    Path selected = run.folder().resolve("selected");
    assertEquals(
        run.ids("scores").subList(0, 4).stream()
            .map(id -> lines.stream().filter(line -> line.contains(id)).findFirst().orElseThrow())
            .toList(),
        Files.readAllLines(selected.resolve("selected-00000.jsonl")));
    try (Stream<Path> files = Files.list(selected)) {
      assertEquals(
          List.of("_SUCCESS", "selected-00000.jsonl"),
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> !name.startsWith("."))
              .sorted()
              .toList());
    }
  }

  @Test
  void aRecordOfSeveralLinesIsOneLine() throws IOException {
    List<String> records = SAMPLES.stream().map(TestSample::json).toList();
    String input =
        TestSample.write(
            folder.resolve("pretty.json"),
            List.of(
                "["
                    + String.join(",", records.stream().map(SelectSamplesTest::spread).toList())
                    + "]"));
    TestRun pretty = new TestRun(folder.resolve("pretty"));
    pretty.score(models, input);
    SelectSamples.on(SPARK)
        .output(pretty.output())
        .format(SelectedFormat.JSONL)
        .config(best(6))
        .execute();

    assertEquals(
        records.stream().map(record -> record.replaceFirst("\\{", "{ ")).sorted().toList(),
        Files.readAllLines(pretty.folder().resolve("selected/selected-00000.jsonl")).stream()
            .sorted()
            .toList());
  }

  private static String spread(String record) {
    return record.replaceFirst("\\{", "{\r\n\n");
  }

  @Test
  void signalsThatAreNoNumbersAreRejectedAndDoNotTouchTheOthers() throws IOException {
    for (Path file : run.signalFiles()) {
      Files.delete(file);
    }
    store(TestRun.SHORT_LOSS, 1.0, 2.0, 3.0);
    store(TestRun.LONG_LOSS, Double.NaN, 3.0, 2.0);
    store(
        TestRun.SEGMENT_LOSS,
        StoredRows.doubles(1, 2),
        StoredRows.doubles(1, 2),
        StoredRows.doubles(1, 2));
    store(
        TestRun.SEGMENT_ATTENTION,
        StoredRows.doubles(0, 1),
        StoredRows.doubles(0, 0),
        StoredRows.doubles(0, 1));

    SelectSamples.Counts counts = run.select(SelectConfig.DEFAULT).counts();

    // The other three samples have no signals any more.
    assertEquals(Map.of("non-finite", 2L, "not-scored", 3L), counts.rejectedByReason());
    assertEquals(List.of("s02"), run.ids("scores"));
    assertEquals(0.5, run.table("scores").get(0).<Double>getAs("score"), 1e-15);
    Map<String, Row> rejected = run.byId("rejected");
    assertEquals("a signal is not a finite number", rejected.get("s00").getAs("detail"));
    assertEquals("cas is NaN", rejected.get("s01").getAs("detail"));
    assertEquals(
        "no signals are stored for this text; run gateau score on this input",
        rejected.get("s05").getAs("detail"));
  }

  /**
   * Stores first columns of a signal for the first samples; one that is no number is non-finite.
   */
  private void store(ModelSignal signal, Object... values) throws IOException {
    for (int i = 0; i < values.length; i++) {
      boolean finite = signal.signal().columns().get(0).isFinite(values[i]);
      List<Object> value = new ArrayList<>(List.of(values[i]));
      if (signal.signal().columns().size() > 1) {
        value.add(StoredRows.floats(1));
      }
      StoredRows.store(
          run.signalFolder(signal),
          List.of(
              StoredRows.row(
                  SAMPLES.get(i).contentKey(),
                  signal,
                  finite ? SampleStatus.OK : SampleStatus.NON_FINITE,
                  value.toArray())));
    }
  }

  @Test
  void aFolderWithoutScoresIsRefused() {
    run = new TestRun(folder.resolve("nothing"));

    assertEquals(
        run.output()
            + " has no scores (no manifest.json with a score part); run gateau score first",
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

    writeManifest("{\"score\": {\"recipe\": {}}}");
    assertEquals(
        run.output()
            + " was scored by an earlier version, which stored signals in another way; run gateau"
            + " score again on its input",
        message());

    writeManifest(
        "{\"score\": {\"signals\": {}, \"models\": {\"long\": {\"path\": \"m\", \"dtype\": \"float32\"}}}}");
    assertTrue(
        message().contains("a model needs path, fingerprint, rope-scaling and dtype"), message());
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

    assertEquals(new ScoreSamples.Result(0, 0, 0, 0, 0, 0, 0), empty.score(models, input));
    assertEquals(
        new SelectSamples.Counts(0, 0, 0, Map.of()), empty.select(SelectConfig.DEFAULT).counts());
    assertEmptyTables(empty);
    assertEquals(0, SPARK.read().parquet(empty.output() + "/rejected").count());
  }

  @Test
  void anInputWhoseRowsAreAllRejectedGivesEmptyTables() throws IOException {
    TestRun empty = new TestRun(folder.resolve("rejected-only"));
    String input = TestSample.write(folder.resolve("bad.jsonl"), List.of("{", "[]", "7"));

    assertEquals(new ScoreSamples.Result(3, 3, 0, 0, 0, 0, 0), empty.score(models, input));
    SelectSamples.Counts counts = empty.select(SelectConfig.DEFAULT).counts();
    assertEquals(3, counts.rowsIn());
    assertEquals(3, counts.rejected());
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
    for (String table : List.of("scores", "selected")) {
      Dataset<Row> rows = SPARK.read().parquet(empty.output() + "/" + table);
      assertEquals(0, rows.count());
      assertTrue(List.of(rows.columns()).containsAll(List.of("id", "hmp", "score", "rank")));
    }
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

    SelectSamples.Counts counts = array.select(best(5)).counts();

    assertEquals(new SelectSamples.Counts(24, 5, 19, Map.of()), counts);
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

    SelectSamples.Counts counts = array.select(best(5)).counts();

    assertEquals(new SelectSamples.Counts(6, 1, 0, Map.of("duplicate-id", 5L)), counts);
    assertEquals(List.of("same"), array.ids("selected"));
    assertEquals(elements.get(0), array.table("selected").get(0).getAs("original"));
    assertEquals(
        Collections.nCopies(5, ""),
        array.table("rejected").stream().map(row -> row.getAs("original")).toList());
  }

  private static SelectConfig best(long rows) {
    return new SelectConfig(
        SelectConfig.DEFAULT.rank(), new Budget.Count(rows), SelectConfig.DEFAULT.scope());
  }

  private static SelectConfig by(String strategy) {
    return SelectConfig.DEFAULT.withRank(SelectConfig.DEFAULT.rank().withStrategy(strategy));
  }

  @Test
  void selectionsLieSideBySide() throws IOException {
    SelectSamples.Result unnamed = run.select(SelectConfig.DEFAULT);
    List<Row> scores = run.table("scores");
    SelectSamples.Result named = select("by-cam").config(by("cam")).execute();
    SelectSamples.Result again = select("by-cam").config(best(1)).execute();

    assertFalse(unnamed.replaced());
    assertFalse(named.replaced());
    assertTrue(again.replaced());
    assertEquals(scores, run.table("scores"));
    assertEquals(1, run.table("selections/by-cam/selected").size());
    JsonNode manifest = new ObjectMapper().readTree(Files.readString(manifest()));
    assertEquals(30.0, manifest.at("/select/config/amount/percent").asDouble());
    assertEquals(1, manifest.at("/selections/by-cam/counts/selected").asLong());
    for (String bad : List.of("../up", "a/b", ".hidden", "_spark", "a b", "-x")) {
      assertTrue(
          assertThrows(IllegalArgumentException.class, () -> select(bad))
              .getMessage()
              .startsWith("the name '" + bad + "' of a selection is not of letters"));
    }
  }

  private SelectSamples select(String name) {
    return SelectSamples.on(SPARK).output(run.output()).name(name);
  }

  @Test
  void theResultShowsTheBestRowsAndTheCut() {
    SelectSamples.Result result = run.select(best(2));
    List<Row> scores = run.table("scores");

    assertEquals(
        run.ids("scores").subList(0, 5), result.best().stream().map(row -> row.id()).toList());
    assertEquals(Optional.of(scores.get(1).<Double>getAs("score")), result.lowestSelected());
    assertEquals(Optional.of(scores.get(2).<Double>getAs("score")), result.highestUnselected());
    assertTrue(
        result.best().get(0).explanation().startsWith("score "),
        result.best().get(0).explanation());
    assertEquals(Optional.empty(), run.select(best(0)).lowestSelected());
    assertEquals(Optional.empty(), run.select(by("all")).highestUnselected());
  }

  /* Half of the samples on the scales of all of them: the scores of before, to the last bit. */
  @Test
  void otherSamplesAreRankedOnFittedScales() throws IOException {
    run.select(SelectConfig.DEFAULT);
    select("low").config(SelectConfig.DEFAULT.withRank(alpha(0.1))).execute();
    TestRun half = new TestRun(folder.resolve("half"));
    half.score(
        models, TestSample.writeSamples(folder.resolve("half.jsonl"), SAMPLES.subList(0, 3)));

    SelectSamples.Result result =
        SelectSamples.on(SPARK).output(half.output()).fitted(run.output()).execute();

    Map<String, Row> before = run.byId("scores");
    half.byId("scores")
        .forEach((id, row) -> assertEquals(score(before.get(id)), score(row), 1e-5, id));
    assertEquals(SelectConfig.DEFAULT.rank(), result.rank());
    SelectSamples.Result low =
        SelectSamples.on(SPARK)
            .output(half.output())
            .fitted(run.output() + "/selections/low")
            .execute();
    assertEquals(alpha(0.1), low.rank());
    TestRun none = new TestRun(folder.resolve("none"));
    assertEquals(
        none.output()
            + " has no fitted ranker; name the output of a gateau run or gateau select, or one of"
            + " its selections/NAME",
        assertThrows(
                InputException.class,
                () -> SelectSamples.on(SPARK).output(half.output()).fitted(none.output()).execute())
            .getMessage());
  }

  @Test
  void aFittedRankingSelectsByItsOwnStrategy() {
    select("everything").config(by("all")).execute();

    SelectSamples.Counts counts =
        select("again")
            .config(best(1))
            .fitted(run.output() + "/selections/everything")
            .execute()
            .counts();

    assertEquals(6, counts.selected());
  }

  private static RankConfig alpha(double alpha) {
    return SelectConfig.DEFAULT.rank().withAlpha(alpha);
  }

  private static double score(Row row) {
    return row.<Double>getAs("score");
  }

  @Test
  void aStrategyWhoseSignalsAreMissingNamesTheCommand() throws IOException {
    TestRun losses = new TestRun(folder.resolve("losses"));
    ScoreConfig usual = models.config();
    losses.score(
        ScoreProgress.SILENT,
        new ScoreConfig(
            usual.models(), List.of(TestRun.LONG_LOSS), usual.scoring(), usual.limits()),
        shared.resolve("input.jsonl").toString());

    assertEquals(6, losses.select(by("perplexity")).counts().rowsIn());
    assertEquals(6, losses.select(by("random")).counts().rowsIn());
    assertEquals(
        "strategy gateau needs short-response-loss and long-segment-loss and"
            + " long-segment-attention, not stored for all samples of "
            + losses.output()
            + "; compute what is missing with `gateau score --for gateau --output "
            + losses.output()
            + "` and the input and --short-model and --long-model of before (manifest.json names"
            + " them)",
        assertThrows(InputException.class, () -> losses.select(SelectConfig.DEFAULT)).getMessage());
  }

  /* The models that scored are gone, and so is a part of what they had stored. */
  @Test
  void aRunThatWasKilledHalfWayCanBeSelectedFrom() throws IOException {
    TestRun killed = new TestRun(folder.resolve("killed"));
    TinyPair own = TinyPair.write(folder.resolve("models")).withCheckpointSeconds(0);
    String input = shared.resolve("input.jsonl").toString();
    BreakingFileSystem.register(SPARK);
    TestRun breaking = new TestRun("breaking:" + killed.folder());
    AtomicInteger stored = new AtomicInteger();
    BreakingFileSystem.fail(
        (operation, path) ->
            operation.equals("rename")
                && path.getName().startsWith("scored-")
                && stored.incrementAndGet() > 12);
    assertThrows(ScoringFailedException.class, () -> breaking.score(own, input));
    BreakingFileSystem.mend();

    SelectSamples.Counts counts = killed.select(best(1)).counts();

    assertEquals(6, counts.rowsIn());
    assertEquals(1, counts.selected());
    assertEquals(Set.of("not-scored"), counts.rejectedByReason().keySet());
    assertTrue(counts.rejected() >= 1 && counts.rejected() <= 4, counts.toString());
    ScoreSamples.Result rest = killed.score(own, input);
    assertEquals(6, rest.scored() + rest.stored());
    assertEquals(0, killed.select(best(1)).counts().rejected());
  }

  @Test
  void nothingStaysCached() {
    run.select(SelectConfig.DEFAULT);

    assertEquals(0, SPARK.sparkContext().getPersistentRDDs().size());
    assertTrue(SPARK.sharedState().cacheManager().isEmpty(), "a dataset is still cached");
  }
}
