package io.gateau.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.pipeline.diversity.DiversityConfig;
import io.gateau.pipeline.rank.Budget;
import io.gateau.pipeline.rank.ScoreColumns;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.rank.strategy.RankConfig;
import io.gateau.pipeline.rank.strategy.SignalInput;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.testing.SparkTestSession;
import io.gateau.pipeline.testing.TestRun;
import io.gateau.pipeline.testing.TestSample;
import io.gateau.pipeline.testing.TinyPair;
import io.gateau.score.ModelSignal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole selections in which the best sample of each cluster goes first. */
class SelectForDiversityTest {
  private static final SparkSession SPARK = SparkTestSession.spark();

  @TempDir static Path shared;

  private static TestRun run;
  private static TestRun withoutStates;

  @BeforeAll
  static void scoresOnce() throws IOException {
    TinyPair models = TinyPair.write(shared);
    String input = TestSample.writeSamples(shared.resolve("input.jsonl"), TestSample.many(12));
    List<ModelSignal> signals = new ArrayList<>(TestRun.SIGNALS);
    signals.add(SignalInput.LONG_STATE.signal());
    run = new TestRun(shared.resolve("out"));
    ScoreSamples.on(SPARK)
        .input(ReadConfig.of(input))
        .config(models.config().withSignals(signals))
        .output(run.output())
        .execute();
    withoutStates = new TestRun(shared.resolve("without"));
    withoutStates.score(models, input);
  }

  private static SelectSamples select(TestRun folder, String strategy) {
    return SelectSamples.on(SPARK)
        .output(folder.output())
        .config(
            new SelectConfig(
                RankConfig.DEFAULT.withStrategy(strategy),
                new Budget.Count(5),
                SelectConfig.Scope.ALL));
  }

  private static void requireLeadersFirst(int clusters) {
    List<Row> scores = run.table("scores");
    List<Boolean> leaders =
        scores.stream().map(row -> row.<Boolean>getAs(ScoreColumns.LEADER)).toList();
    long first = leaders.stream().filter(leader -> leader).count();
    assertTrue(first >= 2 && first <= clusters, leaders.toString());
    for (int i = 0; i < scores.size(); i++) {
      Row row = scores.get(i);
      assertEquals(i < first, leaders.get(i), "leader at rank " + (i + 1));
      assertEquals(i + 1, row.<Long>getAs(ScoreColumns.RANK), "rank");
      assertEquals(i < 5, row.<Boolean>getAs(ScoreColumns.SELECTED), "selected");
      if (i > 0 && i != first) {
        double before = scores.get(i - 1).getAs(ScoreColumns.SCORE);
        assertTrue(before >= row.<Double>getAs(ScoreColumns.SCORE), "by score at " + (i + 1));
      }
    }
  }

  @Test
  void theBestOfEachClusterGoFirstWithAnyStrategy() {
    select(run, "gateau").diversity(new DiversityConfig(3, 7)).execute();
    requireLeadersFirst(3);

    select(run, "gateau").execute();
    assertFalse(
        Arrays.asList(run.table("scores").get(0).schema().fieldNames())
            .contains(ScoreColumns.LEADER),
        "without diversity there are no leaders");
  }

  @Test
  void theStrategyCarLooksForDiversityOfItself() {
    SelectSamples.Result result = select(run, "car").execute();
    requireLeadersFirst(2);
    assertEquals(5, result.counts().selected());
  }

  @Test
  void withoutHiddenStatesTheErrorSaysWhatComputesThem() {
    String message =
        assertThrows(
                InputException.class,
                () ->
                    select(withoutStates, "gateau").diversity(new DiversityConfig(3, 7)).execute())
            .getMessage();
    assertTrue(
        message.startsWith("diversity needs long-mean-hidden-state, not stored in"), message);
    assertTrue(message.contains("gateau score --for car"), message);
  }
}
