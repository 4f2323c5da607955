package io.gateau.pipeline;

import static org.apache.spark.sql.functions.col;
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
import io.gateau.pipeline.testing.StoredRows;
import io.gateau.pipeline.testing.TestRun;
import io.gateau.pipeline.testing.TestSample;
import io.gateau.pipeline.testing.TinyPair;
import io.gateau.score.SampleStatus;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
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
  private static final int PILOT = 5;
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
    return prune(run, select, input);
  }

  private static ScoreSamples.Result prune(TestRun run, SelectConfig select, String from) {
    return ScoreSamples.on(SPARK)
        .input(ReadConfig.of(from))
        .config(models.config())
        .output(run.output())
        .prune(new PruneConfig(PILOT), select)
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

  /** A sample in the order of what is known: its score, or what bounds it. */
  private record Ordered(String id, double score, int tokens, boolean open) {
    static List<Ordered> in(List<Ordered> best, long tokens) {
      List<Ordered> within = new ArrayList<>();
      long sum = 0;
      for (Ordered one : best) {
        sum += one.tokens();
        if (sum > tokens) {
          break;
        }
        within.add(one);
      }
      return within;
    }

    static List<String> ids(List<Ordered> some) {
      return some.stream().map(Ordered::id).toList();
    }
  }

  /**
   * All within the budget may have scores, and the selection still be open: if the row that does
   * not fit has a bound only, its true place may be behind one that fits.
   */
  @Test
  void theRowThatDoesNotFitDecidesABudgetOfTokens() throws IOException {
    Random random = new Random(3);
    List<TestSample> samples = new ArrayList<>();
    for (TestSample sample : TestSample.many(SAMPLES)) {
      int more = random.nextInt(3) == 0 ? 10 + random.nextInt(6) : 0;
      samples.add(sample.withContext(sample.context() + " long ago.".repeat(more)));
    }
    String lengths = TestSample.writeSamples(folder.resolve("lengths.jsonl"), samples);
    TestRun all = new TestRun(folder.resolve("all"));
    all.score(models, lengths);
    TestRun pruned = new TestRun(folder.resolve("pruned"));
    SelectConfig six = select(new Budget.Count(6), 0.8);
    prune(pruned, six, lengths);
    pruned.select(six);
    SelectSamples.on(SPARK)
        .output(all.output())
        .config(select(new Budget.Percent(100), 0.8))
        .fitted(pruned.output())
        .execute();
    List<Ordered> truth =
        all.table("scores").stream()
            .map(
                row ->
                    new Ordered(
                        row.getAs("id"), row.getAs("score"), row.getAs("sequence_tokens"), false))
            .toList();
    Map<String, Integer> tokens =
        truth.stream().collect(Collectors.toMap(Ordered::id, Ordered::tokens));
    List<Ordered> known = new ArrayList<>();
    scores(pruned, false)
        .forEach((id, score) -> known.add(new Ordered(id, score, tokens.get(id), false)));
    for (Row row : pruned.table("rejected")) {
      String id = row.getAs("id");
      Matcher bound = BOUND.matcher(row.getAs("detail"));
      assertTrue(bound.find(), id);
      known.add(new Ordered(id, Double.parseDouble(bound.group(1)), tokens.get(id), true));
    }
    known.sort(Comparator.comparingDouble(Ordered::score).reversed().thenComparing(Ordered::id));
    long amount =
        LongStream.range(60, 3_000)
            .filter(
                some -> {
                  List<Ordered> within = Ordered.in(known, some);
                  return within.stream().noneMatch(Ordered::open)
                      && !Ordered.ids(within).equals(Ordered.ids(Ordered.in(truth, some)));
                })
            .findFirst()
            .orElseThrow();

    SelectConfig select = select(new Budget.Tokens(amount), 0.8);
    String message = assertThrows(InputException.class, () -> pruned.select(select)).getMessage();
    assertTrue(message.startsWith("the segments of 1 samples that may be selected"), message);
    prune(pruned, select, lengths);
    pruned.select(select);

    assertEquals(Ordered.ids(Ordered.in(truth, amount)), pruned.ids("selected"));
  }

  /* The best sample outside the pilot was out of luck, and is tried again. */
  @Test
  void aFailedAttemptAtSegmentsIsMadeAgain() throws IOException {
    TestRun run = tenth.copy(folder.resolve("failed"));
    List<String> before = run.ids("selected");
    Set<String> pilot =
        run.table("samples").stream()
            .filter(row -> row.isNullAt(row.fieldIndex("reason")))
            .map(row -> row.<String>getAs("content_key"))
            .sorted()
            .distinct()
            .limit(PILOT)
            .collect(Collectors.toSet());
    Map<String, String> keys = new TreeMap<>();
    run.table("samples").stream()
        .filter(row -> row.getAs("id") != null)
        .forEach(row -> keys.put(row.getAs("id"), row.getAs("content_key")));
    String best = before.stream().filter(id -> !pilot.contains(keys.get(id))).findFirst().get();
    fail(run, keys.get(best));

    ScoreSamples.Result again = prune(run, TENTH);

    assertEquals(1, again.scored());
    run.select(TENTH);
    assertEquals(before, run.ids("selected"));
  }

  /** Puts a failed attempt in the place of the segments of a text. */
  private void fail(TestRun run, String contentKey) throws IOException {
    Path without = folder.resolve("without");
    SPARK
        .read()
        .parquet(run.signalFolder(TestRun.SEGMENT_LOSS))
        .filter(col("content_key").notEqual(contentKey))
        .coalesce(1)
        .write()
        .parquet(without.toString());
    for (Path file : run.signalFiles(TestRun.SEGMENT_LOSS)) {
      Files.delete(file);
    }
    Path signal = Path.of(run.signalFolder(TestRun.SEGMENT_LOSS).replaceFirst("^[a-z]+:", ""));
    try (DirectoryStream<Path> files = Files.newDirectoryStream(without, "*.parquet")) {
      for (Path file : files) {
        Files.copy(file, signal.resolve(file.getFileName()));
      }
    }
    StoredRows.store(signal, StoredRows.row(contentKey, TestRun.SEGMENT_LOSS, SampleStatus.FAILED));
  }

  @Test
  void aFolderInWhichNothingIsLeftOutIsNotPruned() throws IOException {
    TestRun complete = everything.copy(folder.resolve("complete"));
    complete.select(TENTH);
    List<Row> before = complete.table("scores");

    assertEquals(0, prune(complete, TENTH).scored());

    complete.select(TENTH);
    assertEquals(before, complete.table("scores"));
    TestRun whole = tenth.copy(folder.resolve("whole"));
    SelectConfig all = select(new Budget.Percent(100), 0.8);
    prune(whole, all);
    whole.select(all);
    everything.select(all);
    assertEquals(everything.ids("scores"), whole.ids("scores"));
    assertEquals(0, whole.select(TENTH).counts().rejectedByReason().getOrDefault("pruned", 0L));
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
