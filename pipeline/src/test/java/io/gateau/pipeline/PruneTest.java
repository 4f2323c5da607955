package io.gateau.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.pipeline.prune.PruneConfig;
import io.gateau.pipeline.rank.Budget;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.rank.strategy.RankConfig;
import io.gateau.pipeline.rank.strategy.RankConfig.Normalisation;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.redundancy.RedundancyConfig;
import io.gateau.pipeline.redundancy.RedundancyConfig.Dedup;
import io.gateau.pipeline.testing.SparkTestSession;
import io.gateau.pipeline.testing.TestRun;
import io.gateau.pipeline.testing.TestSample;
import io.gateau.pipeline.testing.TinyPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scoring only what can be selected, against scoring everything. */
class PruneTest {
  private static final SparkSession SPARK = SparkTestSession.spark();
  private static final Pattern BOUND =
      Pattern.compile(
          "its score is at most ([0-9.]+), and the lowest that is selected is ([0-9.]+);");
  private static final int SAMPLES = 60;
  private static final SelectConfig TENTH = select(new Budget.Percent(10), 0.8);

  @TempDir static Path shared;
  @TempDir Path folder;

  private static TinyPair models;
  private static String input;
  private static TestRun everything;
  private static TestRun tenth;
  private static ScoreSamples.Result tenthScored;

  /**
   * Sixty samples; the text of one stands there twice, one context is a single segment, and one
   * record is no sample.
   */
  @BeforeAll
  static void scoresEverythingOnce() throws IOException {
    List<TestSample> samples = new ArrayList<>(TestSample.many(SAMPLES));
    samples.add(samples.get(3).withId("again"));
    samples.set(7, samples.get(7).withContext("short."));
    input = TestSample.writeSamples(shared.resolve("input.jsonl"), samples);
    Files.writeString(Path.of(input), Files.readString(Path.of(input)) + "{\"id\": \"broken\"}\n");
    models = TinyPair.write(shared);
    everything = new TestRun(shared.resolve("everything"));
    everything.score(models, input);
    tenth = new TestRun(shared.resolve("tenth"));
    tenthScored = prune(tenth, TENTH);
    tenth.select(TENTH);
  }

  private static SelectConfig select(Budget budget, double alpha) {
    return new SelectConfig(RankConfig.DEFAULT.withAlpha(alpha), budget, SelectConfig.Scope.ALL);
  }

  private static ScoreSamples.Result prune(TestRun run, SelectConfig select) {
    return ScoreSamples.on(SPARK)
        .input(ReadConfig.of(input))
        .config(models.config())
        .output(run.output())
        .prune(new PruneConfig(5), select)
        .execute();
  }

  private static Map<String, Double> scores(TestRun run, boolean selectedOnly) {
    Map<String, Double> scores = new TreeMap<>();
    for (Row row : run.table("scores")) {
      if (!selectedOnly || row.<Boolean>getAs("selected")) {
        scores.put(row.getAs("id"), row.<Double>getAs("score"));
      }
    }
    return scores;
  }

  @ParameterizedTest
  @CsvSource({"percent, 10, 0.8, MIN_MAX", "tokens, 900, 0.6, RANK"})
  void theSelectionIsThatOfScoringEverythingOnTheSameScales(
      String kind, double amount, double alpha, Normalisation normalisation) {
    RankConfig usual = RankConfig.DEFAULT;
    SelectConfig select =
        new SelectConfig(
            new RankConfig(
                usual.strategy(),
                alpha,
                usual.importance(),
                usual.difficulty(),
                normalisation,
                usual.winsorise(),
                usual.mergeSegments(),
                usual.seed()),
            kind.equals("percent") ? new Budget.Percent(amount) : new Budget.Tokens((long) amount),
            SelectConfig.Scope.ALL);
    boolean isTenth = select.equals(TENTH);
    TestRun pruned = isTenth ? tenth : new TestRun(folder.resolve("pruned"));

    ScoreSamples.Result scored = isTenth ? tenthScored : prune(pruned, select);
    SelectSamples.Counts counts = pruned.select(select).counts();
    SelectSamples.Counts all =
        SelectSamples.on(SPARK)
            .output(everything.output())
            .name("same-scales")
            .config(select)
            .fitted(pruned.output())
            .execute()
            .counts();

    Map<String, Double> expected = new TreeMap<>();
    for (Row row :
        SPARK
            .read()
            .parquet(everything.output() + "/selections/same-scales/scores")
            .collectAsList()) {
      if (row.<Boolean>getAs("selected")) {
        expected.put(row.getAs("id"), row.<Double>getAs("score"));
      }
    }
    Map<String, Double> found = scores(pruned, true);
    assertEquals(expected.keySet(), found.keySet());
    expected.forEach((id, score) -> assertEquals(score, found.get(id), 1e-6, id));
    assertEquals(all.selected(), counts.selected());
    long prunedRows = counts.rejectedByReason().getOrDefault("pruned", 0L);
    assertEquals(all.unselected(), counts.unselected() + prunedRows);
    assertEquals(SAMPLES + 2, counts.rowsIn());
    assertEquals(1, counts.rejectedByReason().get("too-short"));
    assertEquals(1, counts.rejectedByReason().get("missing-field"));
    assertEquals(SAMPLES, scored.scored(), "different texts, each counted once");
    assertTrue(
        pruned.signal(TestRun.SEGMENT_LOSS).size() < SAMPLES - 10,
        () -> "segments of %s".formatted(pruned.signal(TestRun.SEGMENT_LOSS).size()));
    assertTrue(prunedRows > 10, counts::toString);
  }

  @Test
  void aPrunedRowSaysItsBound() {
    double lowest = scores(tenth, true).values().stream().mapToDouble(d -> d).min().orElseThrow();

    List<Row> rows =
        tenth.table("rejected").stream()
            .filter(row -> row.getAs("reason").equals("pruned"))
            .toList();

    for (Row row : rows) {
      String detail = row.getAs("detail");
      Matcher numbers = BOUND.matcher(detail);
      assertTrue(numbers.find(), detail);
      assertTrue(Double.parseDouble(numbers.group(1)) <= lowest + 1e-6, detail);
      assertEquals(lowest, Double.parseDouble(numbers.group(2)), 1e-6, detail);
    }
    assertTrue(rows.size() > 10);
  }

  @Test
  void aSecondRunScoresNothingAndALargerOneWhatIsMissing() throws IOException {
    TestRun pruned = tenth.copy(folder.resolve("pruned"));
    List<String> before = pruned.ids("selected");
    final int segments = pruned.signal(TestRun.SEGMENT_LOSS).size();

    ScoreSamples.Result again = prune(pruned, TENTH);

    assertEquals(0, again.scored());
    assertEquals(0, again.tokensScored());
    pruned.select(TENTH);
    assertEquals(before, pruned.ids("selected"));

    SelectConfig half = select(new Budget.Percent(50), 0.8);
    String message = assertThrows(InputException.class, () -> pruned.select(half)).getMessage();
    assertTrue(message.contains("run gateau run --prune with these settings"), message);
    ScoreSamples.Result more = prune(pruned, half);
    assertTrue(more.scored() > 0 && more.scored() < SAMPLES, more.toString());
    assertEquals(30, pruned.select(half).counts().selected());
    assertTrue(pruned.signal(TestRun.SEGMENT_LOSS).size() > segments);
    assertEquals(
        before,
        new TestRun(pruned.folder()).ids("selected").subList(0, before.size()),
        "the larger selection begins with the smaller one");
  }

  @Test
  void whatNeedsTheSignalsOfAllSamplesIsRefusedUntilTheyAreScored() throws IOException {
    TestRun pruned = tenth.copy(folder.resolve("pruned"));

    SelectConfig cam =
        new SelectConfig(
            RankConfig.DEFAULT.withStrategy("cam"), TENTH.budget(), SelectConfig.Scope.ALL);
    String missing = assertThrows(InputException.class, () -> pruned.select(cam)).getMessage();
    assertTrue(missing.contains("long-segment-loss, not stored for all samples"), missing);
    SelectSamples distinct =
        SelectSamples.on(SPARK)
            .output(pruned.output())
            .config(TENTH)
            .redundancy(new RedundancyConfig(Dedup.CONTEXT, RedundancyConfig.DEFAULT_SIMILARITY));
    String dedup = assertThrows(InputException.class, distinct::execute).getMessage();
    assertTrue(dedup.contains("score the rest with `gateau score"), dedup);
    SelectConfig hmg =
        new SelectConfig(
            RankConfig.DEFAULT.withStrategy("hmg"), TENTH.budget(), SelectConfig.Scope.ALL);
    assertEquals(6, pruned.select(hmg).counts().selected(), "hmg needs no segments");

    pruned.score(models, input);

    assertEquals(6, pruned.select(cam).counts().selected());
    assertEquals(
        Map.of("missing-field", 1L, "too-short", 1L),
        pruned.select(TENTH).counts().rejectedByReason());
    everything.select(TENTH);
    assertEquals(new TreeSet<>(everything.ids("selected")), new TreeSet<>(pruned.ids("selected")));
  }

  @Test
  void aScoreThatNothingBoundsCannotBePruned() {
    SelectConfig zScore =
        new SelectConfig(
            new RankConfig(
                "gateau",
                0.8,
                RankConfig.DEFAULT.importance(),
                RankConfig.DEFAULT.difficulty(),
                Normalisation.Z_SCORE,
                0,
                1,
                0),
            new Budget.Percent(10),
            SelectConfig.Scope.ALL);

    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> ScoreSamples.on(SPARK).prune(PruneConfig.DEFAULT, zScore))
            .getMessage();

    assertTrue(message.contains("gateau with normalisation z-score is not bounded"), message);
  }
}
