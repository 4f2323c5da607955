package io.gateau.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.pipeline.rank.Budget;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.rank.Strategy;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.signals.SignalColumns;
import io.gateau.pipeline.testing.TestRun;
import io.gateau.pipeline.testing.TestSample;
import io.gateau.pipeline.testing.TinyPair;
import io.gateau.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is stored is never computed again, and what is not stored is. */
class ResumeTest {
  private static final List<TestSample> SAMPLES = TestSample.many(9);

  @TempDir static Path shared;

  private static TinyPair models;
  private static TestRun first;
  private static String input;
  private static ScoreSamples.Result firstResult;

  @TempDir Path folder;

  private TestRun run;

  @BeforeAll
  static void scoresOnce() throws IOException {
    models = TinyPair.write(shared);
    input = TestSample.writeSamples(shared.resolve("input.jsonl"), SAMPLES);
    first = new TestRun(shared.resolve("first"));
    firstResult = first.score(models.withCheckpointSeconds(0), input);
    first.select(SelectConfig.DEFAULT);
  }

  @BeforeEach
  void startsFromTheFirstRun() throws IOException {
    run = first.copy(folder.resolve("out"));
  }

  @Test
  void aSecondRunScoresNothing() {
    ScoreSamples.Result again = run.score(models, input);

    assertEquals(new ScoreSamples.Result(9, 0, 9, 0, 0, 0), again);
    assertEquals(first.table("signals").size(), run.table("signals").size());
  }

  @Test
  void onlyRowsWhoseFilesAreGoneAreScoredAgain() throws IOException {
    List<Path> files = run.signalFiles();
    assertEquals(9, files.size());
    for (Path file : files.subList(0, 4)) {
      Files.delete(file);
    }
    List<String> kept = run.ids("signals");

    ScoreSamples.Result again = run.score(models, input);
    run.select(SelectConfig.DEFAULT);

    assertEquals(4, again.scored());
    assertEquals(5, again.stored());
    assertEquals(sequences(kept), firstResult.sequencesScored() - again.sequencesScored());
    assertEquals(first.ids("scores"), run.ids("scores"));
    assertSame("short_ppl", run.byId("signals"));
    assertSame("long_ppl", run.byId("signals"));
  }

  /** What reading these samples takes: both models once, and every segment. */
  private static long sequences(List<String> ids) {
    Map<String, Row> rows = first.byId("signals");
    return ids.stream().mapToLong(id -> 2L + rows.get(id).<Integer>getAs("segments")).sum();
  }

  /** The rows that this run has stored beside those of the first, by id. */
  private Map<String, Row> added() {
    Set<String> known = new HashSet<>();
    first.table("signals").forEach(row -> known.add(key(row)));
    Map<String, Row> added = new TreeMap<>();
    for (Row row : run.table("signals")) {
      if (!known.contains(key(row))) {
        added.put(row.getAs(RecordColumns.ID), row);
      }
    }
    return added;
  }

  private static String key(Row row) {
    return row.<String>getAs(SignalColumns.SHORT_KEY) + row.<String>getAs(SignalColumns.LONG_KEY);
  }

  private static void assertSame(String column, Map<String, Row> rows) {
    assertEquals(9, rows.size());
    first
        .byId("signals")
        .forEach(
            (id, row) -> {
              double expected = row.<Double>getAs(column);
              assertEquals(expected, rows.get(id).<Double>getAs(column), 1e-5 * expected, id);
            });
  }

  @Test
  void aChangedTextIsScoredAnewAndNothingElse() throws IOException {
    List<TestSample> changed = new ArrayList<>(SAMPLES);
    changed.set(5, SAMPLES.get(5).withResponse("another answer"));
    String other = TestSample.writeSamples(folder.resolve("changed.jsonl"), changed);

    ScoreSamples.Result again = run.score(models, other);

    assertEquals(1, again.scored());
    assertEquals(8, again.stored());
    assertEquals(10, run.table("signals").size());
    assertEquals(Set.of("s05"), added().keySet());
    assertEquals(14, added().get("s05").<Integer>getAs("response_tokens"));
  }

  @Test
  void aSampleIsScoredAnewWhereTheBorderBetweenItsTextsMoves() throws IOException {
    TestSample sample = SAMPLES.get(0);
    TestSample moved =
        sample
            .withContext(sample.context() + sample.instruction())
            .withInstruction(sample.response())
            .withResponse(sample.response());
    TestSample back =
        moved
            .withContext(sample.context())
            .withInstruction(sample.instruction() + sample.response());

    String one = TestSample.writeSamples(folder.resolve("1.jsonl"), List.of(moved));
    String two = TestSample.writeSamples(folder.resolve("2.jsonl"), List.of(back));

    assertEquals(1, run.score(models, one).scored());
    assertEquals(1, run.score(models, two).scored());
  }

  @Test
  void anotherSegmentLengthCostsTheLongHalfOnly() {
    ScoreSamples.Result again = run.score(models.withSegmentTokens(20), input);

    Map<String, Row> added = added();
    long segments =
        added.values().stream()
            .mapToLong(row -> (row.<Integer>getAs("context_tokens") + 19) / 20)
            .sum();
    assertEquals(9, again.scored());
    assertEquals(9 + segments, again.sequencesScored());
    assertSame("short_ppl", added);
    assertSame("long_ppl", added);
  }

  @Test
  void anotherRotaryBaseOfTheShortModelCostsOnePassPerSample() {
    ScoreSamples.Result again = run.score(models.withShortTheta(700), input);
    Map<String, Row> added = added();

    assertEquals(9, again.scored());
    assertEquals(9, again.sequencesScored());
    assertSame("long_ppl", added);
    assertFalse(
        first
            .byId("signals")
            .get("s00")
            .getAs("short_ppl")
            .equals(added.get("s00").getAs("short_ppl")),
        "the short perplexity must change with the rotary base");

    // And back: both are stored now.
    assertEquals(0, run.score(models, input).scored());
  }

  @Test
  void theSameModelAtAnotherPathIsTheSameModel() throws IOException {
    Path moved = TinyCheckpoint.tied().seed(5).write(folder.resolve("moved"));

    assertEquals(0, run.score(models.withLongModel(moved), input).scored());
  }

  @Test
  void anotherLongModelCostsTheLongHalf() throws IOException {
    Path other = TinyCheckpoint.tied().seed(6).write(folder.resolve("other"));

    assertEquals(
        firstResult.sequencesScored() - 9,
        run.score(models.withLongModel(other), input).sequencesScored());
  }

  @Test
  void selectingAnewNeverOpensAModel() throws IOException {
    TinyPair own = TinyPair.write(folder.resolve("models"));
    TestRun other = new TestRun(folder.resolve("other"));
    other.score(own, input);
    TestRun.delete(own.shortModel());
    TestRun.delete(own.longModel());

    SelectConfig config =
        new SelectConfig(
            Strategy.CAM,
            0.7,
            SelectConfig.DEFAULT.importance(),
            SelectConfig.DEFAULT.difficulty(),
            SelectConfig.DEFAULT.normalisation(),
            0,
            new Budget.Percent(50),
            SelectConfig.Scope.SOURCE,
            1);

    // Half of each source's three, rounded to two.
    assertEquals(new SelectSamples.Result(9, 6, 3, Map.of()), other.select(config));
  }

  @Test
  void aHalfWrittenFileIsPassedOverAndSweptWhenItIsOld() throws IOException {
    Path signals = run.folder().resolve("signals");
    Path old = Files.writeString(signals.resolve("_scored-old.parquet.unfinished"), "PAR1 half");
    Path young = Files.writeString(signals.resolve("_scored-new.parquet.unfinished"), "PAR1 half");
    Path table = Files.createDirectories(run.folder().resolve("_scores-old"));
    FileTime past = FileTime.from(Instant.now().minus(Duration.ofHours(2)));
    Files.setLastModifiedTime(old, past);
    Files.setLastModifiedTime(table, past);

    assertEquals(0, run.score(models, input).scored());
    assertFalse(Files.exists(old), "a file of a killed run must go");
    assertTrue(Files.exists(young), "a file that may still be written must stay");
    assertFalse(Files.exists(table), "a table of a killed run must go");
  }

  @Test
  void rowsThatAreStoredTwiceAreReadOnce() throws IOException {
    for (Path file : run.signalFiles()) {
      Files.copy(file, file.resolveSibling("copy-" + file.getFileName()));
    }

    assertEquals(0, run.score(models, input).scored());
    assertEquals(9, run.select(SelectConfig.DEFAULT).rowsIn());
    assertEquals(18, run.table("signals").size());
    assertEquals(first.ids("scores"), run.ids("scores"));
  }
}
