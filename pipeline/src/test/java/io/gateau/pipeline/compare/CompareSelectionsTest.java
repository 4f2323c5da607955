package io.gateau.pipeline.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.math.ContextualAwareness.Importance;
import io.gateau.pipeline.compare.Comparison.Profile;
import io.gateau.pipeline.rank.Budget;
import io.gateau.pipeline.rank.ScoreColumns;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.rank.SourceShares;
import io.gateau.pipeline.rank.strategy.RankConfig;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.signals.SignalColumns;
import io.gateau.pipeline.testing.SparkTestSession;
import io.gateau.pipeline.testing.TestRun;
import io.gateau.pipeline.testing.TestSample;
import io.gateau.pipeline.testing.TinyPair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Comparisons of a scored folder, beside what the command select writes. */
class CompareSelectionsTest {
  private static final SparkSession SPARK = SparkTestSession.spark();
  private static final SelectConfig HALF =
      new SelectConfig(RankConfig.DEFAULT, new Budget.Percent(50), SelectConfig.Scope.ALL);

  @TempDir static Path folder;

  private static TestRun run;
  private static long samplesTokens;
  private static long readTokens;

  @BeforeAll
  static void score() throws IOException {
    List<String> lines = TestSample.many(12).stream().map(TestSample::json).toList();
    run = new TestRun(folder.resolve("out"));
    readTokens =
        run.score(TinyPair.write(folder), TestSample.write(folder.resolve("input.jsonl"), lines))
            .tokensScored();
  }

  private static List<Candidate> strategies(String... codes) {
    return Stream.of(codes)
        .map(code -> new Candidate(code, HALF.withRank(HALF.rank().withStrategy(code))))
        .toList();
  }

  private static Comparison compare(List<Candidate> candidates) {
    return CompareSelections.on(SPARK).output(run.output()).candidates(candidates).execute();
  }

  @Test
  void whatIsSharedIsWhatTwoSelectionsHaveInCommon() {
    List<Candidate> candidates = strategies("gateau", "perplexity", "cam", "random");
    Comparison comparison = compare(candidates);

    assertEquals(12, comparison.rows());
    List<Set<String>> selected = candidates.stream().map(CompareSelectionsTest::selected).toList();
    for (int i = 0; i < candidates.size(); i++) {
      assertEquals(6, comparison.profiles().get(i).selected());
      for (int j = 0; j < candidates.size(); j++) {
        Set<String> both = new HashSet<>(selected.get(i));
        both.retainAll(selected.get(j));
        assertEquals(
            (double) both.size() / (12 - both.size()),
            comparison.jaccard()[i][j],
            1e-12,
            candidates.get(i).name() + " and " + candidates.get(j).name());
      }
    }
  }

  private static Set<String> selected(Candidate candidate) {
    run.select(candidate.config());
    List<Row> scores = run.table("scores");
    samplesTokens =
        scores.stream().mapToLong(row -> row.<Integer>getAs(SignalColumns.SEQUENCE_TOKENS)).sum();
    return scores.stream()
        .filter(row -> row.<Boolean>getAs(ScoreColumns.SELECTED))
        .map(row -> row.<String>getAs(RecordColumns.ID))
        .collect(Collectors.toSet());
  }

  @Test
  void theTokensOfTheLargestStrategyAreThoseThatModelsRead() {
    Candidate gateau = strategies("gateau").get(0);
    selected(gateau);
    Profile profile = compare(List.of(gateau)).profiles().get(0);

    assertEquals(readTokens, profile.passTokens(), "short and long whole, long segments");
    assertEquals(List.of("short whole", "long whole", "long segments"), profile.passes());
    assertEquals(
        2 * samplesTokens,
        compare(strategies("hmg")).profiles().get(0).passTokens(),
        "both models, whole");
  }

  @Test
  void aSweepSelectsOncePerCombinationAndBeginsWithTheBase() {
    Sweep sweep =
        new Sweep(
            List.of(0.0, 1.0),
            List.of(25.0, 100.0),
            List.of(Importance.INVERSE),
            List.of(),
            List.of(),
            List.of());
    List<Candidate> candidates = sweep.candidates(HALF);
    assertEquals(
        List.of(
            "as set",
            "inverse, alpha 0, 25 %",
            "inverse, alpha 0, 100 %",
            "inverse, alpha 1, 25 %",
            "inverse, alpha 1, 100 %"),
        candidates.stream().map(Candidate::name).toList());
    Comparison comparison = compare(candidates);
    assertEquals(
        List.of(6L, 3L, 12L, 3L, 12L),
        comparison.profiles().stream().map(Profile::selected).toList());
    assertEquals(1, comparison.jaccard()[2][4], 0, "everything is everything");
    assertEquals(1, comparison.rankCorrelation()[1][2], 1e-12, "a budget changes no rank");
    assertTrue(comparison.rankCorrelation()[1][3] < 1, "alpha changes ranks");
    SourceShares shares = new SourceShares(0.1, 0.6);
    assertTrue(
        sweep
            .candidates(new SelectConfig(HALF.rank(), HALF.budget(), HALF.scope(), shares))
            .stream()
            .allMatch(one -> one.config().shares().equals(shares)),
        "what is not varied stays as it is set");
  }

  @Test
  void aSweepMergesSegmentsWithoutAModel() {
    List<Double> none = List.of();
    Sweep sweep =
        new Sweep(List.of(0.0), none, List.of(), List.of(), List.of(), List.of(1, 2, 1000));
    List<Candidate> candidates = sweep.candidates(HALF);
    assertEquals(
        List.of("as set", "merged 1, alpha 0", "merged 2, alpha 0", "merged 1000, alpha 0"),
        candidates.stream().map(Candidate::name).toList());
    Comparison comparison = compare(candidates);
    assertEquals(
        List.of(0L, 0L, 12L),
        List.of(
            comparison.profiles().get(0).leftOut(),
            comparison.profiles().get(1).leftOut(),
            comparison.profiles().get(3).leftOut()),
        "a thousand segments are more than any context has");
    assertTrue(comparison.rankCorrelation()[1][2] < 1, "merging changes ranks");

    Sweep wrong = new Sweep(none, none, List.of(), List.of(), List.of(), List.of(0));
    assertEquals(
        "merge-segments 0 is outside [1, 1000]; 1 takes segments as they are stored",
        assertThrows(IllegalArgumentException.class, () -> wrong.candidates(HALF)).getMessage());
  }

  @Test
  void aSweepOfNothingIsTheBaseAloneAndRangesAreChecked() {
    List<Double> none = List.of();
    assertEquals(
        List.of(new Candidate("as set", HALF)),
        new Sweep(none, none, List.of(), List.of(), List.of(), List.of()).candidates(HALF));
    Sweep wrong = new Sweep(none, List.of(120.0), List.of(), List.of(), List.of(), List.of());
    assertEquals(
        "percent 120.0 is outside [0, 100]; 10, 30 and 50 are what the paper reports",
        assertThrows(IllegalArgumentException.class, () -> wrong.candidates(HALF)).getMessage());
  }

  @Test
  void missingSignalsAreNamedWithTheCommandThatMakesThem() {
    String message =
        assertThrows(InputException.class, () -> compare(strategies("ifd"))).getMessage();
    assertTrue(message.startsWith("strategy ifd needs long-bare-response-loss"), message);
    assertTrue(message.contains("gateau score --for ifd"), message);
  }
}
