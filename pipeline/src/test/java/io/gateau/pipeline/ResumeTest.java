package io.gateau.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.pipeline.progress.PlannedWork;
import io.gateau.pipeline.progress.ScoreProgress;
import io.gateau.pipeline.rank.Budget;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.testing.SparkTestSession;
import io.gateau.pipeline.testing.TestRun;
import io.gateau.pipeline.testing.TestSample;
import io.gateau.pipeline.testing.TinyPair;
import io.gateau.score.BareResponseLoss;
import io.gateau.score.ModelSignal;
import io.gateau.testing.TinyCheckpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

  private static final ScoreSamples.Result NOTHING = new ScoreSamples.Result(9, 0, 9, 0, 0, 0, 0);

  @Test
  void aSecondRunScoresNothing() throws IOException {
    assertEquals(NOTHING, run.score(models, input));
    assertEquals(first.signalFiles().size(), run.signalFiles().size());
  }

  @Test
  void aRenamedFileScoresNothing() throws IOException {
    String renamed = TestSample.writeSamples(folder.resolve("renamed.jsonl"), SAMPLES);

    assertEquals(NOTHING, run.score(models, renamed));
    run.select(SelectConfig.DEFAULT);
    assertEquals(first.ids("scores"), run.ids("scores"));
  }

  @Test
  void aLineAtTheTopScoresItselfAlone() throws IOException {
    List<TestSample> more = new ArrayList<>(SAMPLES);
    more.add(0, SAMPLES.get(0).withId("new").withResponse("another answer"));
    String longer = TestSample.writeSamples(folder.resolve("longer.jsonl"), more);

    ScoreSamples.Result again = run.score(models, longer);

    assertEquals(1, again.scored());
    assertEquals(9, again.stored());
    assertEquals(2 + segments(more.get(0)), again.sequencesScored());
    // A line that is no sample moves all others, and costs nothing.
    List<String> lines = new ArrayList<>(more.stream().map(TestSample::json).toList());
    lines.add(0, "{");
    String moved = TestSample.write(folder.resolve("moved.jsonl"), lines);
    assertEquals(new ScoreSamples.Result(11, 1, 10, 0, 0, 0, 0), run.score(models, moved));
  }

  @Test
  void aFileThatIsSplitScoresNothing() throws IOException {
    String one = TestSample.writeSamples(folder.resolve("in/1.jsonl"), SAMPLES.subList(0, 4));
    String two = TestSample.writeSamples(folder.resolve("in/2.jsonl"), SAMPLES.subList(4, 9));

    assertEquals(NOTHING, run.score(models, one, two));
    assertEquals(NOTHING, run.score(models, folder.resolve("in").toString()));
  }

  /* The same texts, from Parquet and from a file of lines beside it. */
  @Test
  void theTextsOfParquetAreScoredAndKnownAgain() throws IOException {
    Path in = folder.resolve("mixed");
    SparkTestSession.spark()
        .read()
        .json(input)
        .coalesce(1)
        .filter("id < 's06'")
        .write()
        .parquet(in.resolve("a").toString());
    TestSample.writeSamples(in.resolve("b.jsonl"), SAMPLES.subList(6, 9));
    TestRun fresh = new TestRun(folder.resolve("fresh"));

    assertEquals(9, fresh.score(models, in.toString()).scored());
    fresh.select(SelectConfig.DEFAULT);
    assertEquals(first.ids("scores"), fresh.ids("scores"));
    assertEquals(3, fresh.table("selected").size());
    assertEquals(NOTHING, run.score(models, in.toString()));
  }

  @Test
  void oneTextUnderTwoIdsIsScoredOnceAndRankedTwice() throws IOException {
    List<TestSample> twice = new ArrayList<>(SAMPLES);
    SAMPLES.forEach(sample -> twice.add(sample.withId(sample.id() + "-again")));
    String doubled = TestSample.writeSamples(folder.resolve("twice.jsonl"), twice);

    assertEquals(new ScoreSamples.Result(18, 0, 18, 0, 0, 0, 0), run.score(models, doubled));
    assertEquals(18, run.select(SelectConfig.DEFAULT).counts().rowsIn());
    Map<String, Row> rows = run.byId("scores");
    assertEquals(18, rows.size());
    for (TestSample sample : SAMPLES) {
      assertEquals(
          rows.get(sample.id()).<Double>getAs("score"),
          rows.get(sample.id() + "-again").<Double>getAs("score"));
    }
    TestRun fresh = new TestRun(folder.resolve("fresh"));
    ScoreSamples.Result anew = fresh.score(models, doubled);
    assertEquals(9, anew.scored());
    assertEquals(firstResult.tokensScored(), anew.tokensScored());
  }

  @Test
  void onlyTextsWhoseFilesAreGoneAreScoredAgain() throws IOException {
    List<Path> files = run.signalFiles(TestRun.LONG_LOSS);
    assertEquals(9, files.size());
    for (Path file : files.subList(0, 4)) {
      Files.delete(file);
    }

    ScoreSamples.Result again = run.score(models, input);
    run.select(SelectConfig.DEFAULT);

    assertEquals(4, again.scored());
    assertEquals(5, again.stored());
    assertEquals(4, again.sequencesScored(), "one pass of the long model each");
    assertEquals(first.ids("scores"), run.ids("scores"));
    for (ModelSignal signal : List.of(TestRun.SHORT_LOSS, TestRun.LONG_LOSS)) {
      assertSame(run.signal(signal), signal);
    }
  }

  private static int segments(TestSample sample) {
    return (sample.context().length() + TinyPair.SEGMENT_TOKENS - 1) / TinyPair.SEGMENT_TOKENS;
  }

  /** The losses of the first run, for the same texts. */
  private static void assertSame(Map<String, Row> rows, ModelSignal signal) {
    assertEquals(9, rows.size());
    first
        .signal(signal)
        .forEach(
            (key, row) -> {
              double expected = row.<Double>getAs("loss");
              assertEquals(expected, rows.get(key).<Double>getAs("loss"), 1e-5 * expected, key);
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
    Map<String, Row> rows = run.signal(TestRun.LONG_LOSS);
    assertEquals(10, rows.size());
    assertEquals(14, rows.get(changed.get(5).contentKey()).<Integer>getAs("response_tokens"));
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

  /* The whole sequence is read once more for its attention, and every segment. */
  @Test
  void anotherSegmentLengthCostsWhatSegmentsEnter() {
    ScoreSamples.Result again = run.score(models.withSegmentTokens(20), input);

    long segments =
        SAMPLES.stream().mapToLong(sample -> (sample.context().length() + 19) / 20).sum();
    assertEquals(9, again.scored());
    assertEquals(9 + segments, again.sequencesScored());
    assertEquals(9, run.signalRows(TestRun.LONG_LOSS).size(), "losses stay as they are");
  }

  @Test
  void anotherRotaryBaseOfTheShortModelCostsOnePassPerSample() {
    ScoreSamples.Result again = run.score(models.withShortTheta(700), input);

    assertEquals(9, again.scored());
    assertEquals(9, again.sequencesScored());
    String key = SAMPLES.get(0).contentKey();
    assertFalse(
        first
            .signal(TestRun.SHORT_LOSS)
            .get(key)
            .getAs("loss")
            .equals(run.signal(TestRun.SHORT_LOSS).get(key).getAs("loss")),
        "the short loss must change with the rotary base");

    // And back: both are stored now.
    assertEquals(0, run.score(models, input).scored());
    assertSame(run.signal(TestRun.SHORT_LOSS), TestRun.SHORT_LOSS);
  }

  /* 9 sequences of start token and response under the long model. */
  @Test
  void anotherStrategyCostsTheMissingPassAlone() {
    ModelSignal bare = ModelSignal.ofLong(new BareResponseLoss());
    ScoreConfig usual = models.config();
    ScoreConfig more =
        new ScoreConfig(
            usual.models(), List.of(TestRun.LONG_LOSS, bare), usual.scoring(), usual.limits());

    ScoreSamples.Result again = run.score(ScoreProgress.SILENT, more, input);

    assertEquals(9, again.scored());
    assertEquals(9, again.sequencesScored());
    assertEquals(
        SAMPLES.stream().mapToLong(sample -> 1 + sample.response().length()).sum(),
        again.tokensScored());
    assertEquals(9, run.signal(bare).size());
    // What was stored before is selected from as before.
    run.select(SelectConfig.DEFAULT);
    assertEquals(first.table("scores"), run.table("scores"));
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
            SelectConfig.DEFAULT.rank().withStrategy("cam"),
            new Budget.Percent(50),
            SelectConfig.Scope.SOURCE);

    // Half of each source's three, rounded to two.
    assertEquals(new SelectSamples.Counts(9, 6, 3, Map.of()), other.select(config).counts());
  }

  @Test
  void aHalfWrittenFileIsPassedOverAndSweptWhenItIsOld() throws IOException {
    Path signals = run.signalFiles().get(0).getParent();
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
    assertEquals(9, run.select(SelectConfig.DEFAULT).counts().rowsIn());
    assertEquals(18, run.signalRows(TestRun.LONG_LOSS).size());
    assertEquals(first.table("scores"), run.table("scores"));
  }

  @Test
  void smallFilesOfKilledRunsAreMergedBeforeScoringBegins() throws IOException {
    Path file = run.signalFiles(TestRun.LONG_LOSS).get(0);
    for (int i = 0; i < 70; i++) {
      Files.copy(file, file.resolveSibling("scored-killed-%02d.parquet".formatted(i)));
    }
    List<Path> before = run.signalFiles(TestRun.LONG_LOSS);
    List<Path> atStart = new ArrayList<>();
    ScoreProgress progress =
        new ScoreProgress() {
          @Override
          public void start(PlannedWork planned) {
            try {
              atStart.addAll(run.signalFiles(TestRun.LONG_LOSS));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };

    assertEquals(0, run.score(progress, models, input).scored());
    assertEquals(1, atStart.size(), "of " + before.size());
    run.select(SelectConfig.DEFAULT);
    assertEquals(first.table("scores"), run.table("scores"));
  }
}
