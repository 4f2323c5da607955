package io.gateau.pipeline.estimate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.pipeline.ScoreSamples;
import io.gateau.pipeline.progress.PlannedWork;
import io.gateau.pipeline.progress.ScoreProgress;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.testing.SparkTestSession;
import io.gateau.pipeline.testing.TestRun;
import io.gateau.pipeline.testing.TestSample;
import io.gateau.pipeline.testing.TinyPair;
import io.gateau.score.ModelRole;
import io.gateau.score.Pass;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Estimates beside what the scoring of the same records really reads. */
class EstimateScoringTest {
  private static final SparkSession SPARK = SparkTestSession.spark();

  @TempDir static Path folder;
  private static TinyPair pair;

  @BeforeAll
  static void writesAPair() throws IOException {
    pair = TinyPair.write(folder);
  }

  private static EstimateScoring estimate(String input) {
    return EstimateScoring.on(SPARK).input(ReadConfig.of(input)).config(pair.config());
  }

  private static ScoreSamples.Result score(String name, ScoreProgress progress, String input) {
    return new TestRun(folder.resolve(name)).score(progress, pair, input);
  }

  private static long sequences(ScoringEstimate estimate) {
    return estimate.passes().values().stream().mapToLong(PassCost::sequences).sum();
  }

  /** Samples that fit, that are cut, that are too short or too long, and equal texts. */
  private static String oddSamples() throws IOException {
    List<TestSample> samples = new ArrayList<>(TestSample.many(40));
    TestSample first = samples.get(0);
    samples.add(first.withId("again"));
    samples.add(samples.get(1));
    samples.add(first.withId("short").withContext("one"));
    samples.add(first.withId("cut").withContext("words ".repeat(90)));
    samples.add(first.withId("long").withResponse("words ".repeat(90)));
    List<String> lines = new ArrayList<>(samples.stream().map(TestSample::json).toList());
    lines.add("{");
    return TestSample.write(folder.resolve("odd.jsonl"), lines);
  }

  @Test
  void ofAllSamplesItIsWhatScoringReads() throws IOException {
    String input = oddSamples();

    ScoringEstimate estimate = estimate(input).execute();

    ScoreSamples.Result scored = score("odd", ScoreProgress.SILENT, input);
    assertTrue(estimate.isExact());
    assertEquals(scored.tokensScored(), estimate.work(TestRun.SIGNALS).tokens());
    assertEquals(scored.sequencesScored(), sequences(estimate));
    assertEquals(scored.rowsIn(), estimate.rowsIn());
    assertEquals(Map.of("broken-json", 1L, "duplicate-id", 1L), estimate.rejectedByReason());
    assertEquals(43, estimate.texts());
    assertEquals(1, estimate.cut());
    assertEquals(Map.of("too-long", 1L), estimate.unscorable());
    assertEquals(TinyPair.MAX_TOKENS, estimate.lengths().longest());
  }

  @Test
  void someSamplesStandForTheOthers() throws IOException {
    String input = TestSample.writeSamples(folder.resolve("many.jsonl"), TestSample.many(400));

    ScoringEstimate all = estimate(input).execute();
    ScoringEstimate some = estimate(input).sample(0.2).execute();

    assertFalse(some.isExact());
    assertTrue(some.tokenized() > 40 && some.tokenized() < 120, some.tokenized() + " of 400");
    assertEquals(400, some.texts());
    assertEquals(all.lengths().median(), some.lengths().median(), 10);
    for (ModelPass pass : ModelPass.of(TestRun.SIGNALS)) {
      double exact = all.passes().get(pass).work().flops();
      assertEquals(exact, some.passes().get(pass).work().flops(), 0.12 * exact, pass.toString());
    }
    assertEquals(1, (double) sequences(some) / sequences(all), 0.1);
    assertEquals(some, estimate(input).sample(0.2).execute(), "the same samples each time");
  }

  /* A character is a token here, and four characters would be one in English. */
  @Test
  void theProgressKnowsTheTokensBeforeTheFirstPass() throws IOException {
    String input = TestSample.writeSamples(folder.resolve("planned.jsonl"), TestSample.many(60));
    AtomicReference<PlannedWork> planned = new AtomicReference<>();
    ScoreProgress progress =
        new ScoreProgress() {
          @Override
          public void start(PlannedWork work) {
            planned.set(work);
          }
        };

    long tokens = score("planned", progress, input).tokensScored();

    assertEquals(1, (double) planned.get().expected().tokens() / tokens, 0.1);
    assertTrue(planned.get().work().tokens() < tokens / 2, "what characters tell is no more");
  }

  @Test
  void noSamplesCostNothing() throws IOException {
    String input = TestSample.write(folder.resolve("none.jsonl"), List.of("[]"));

    ScoringEstimate estimate = estimate(input).execute();

    assertEquals(1, estimate.rejected());
    assertEquals(0, estimate.texts());
    assertEquals(0, estimate.work(TestRun.SIGNALS).flops());
    assertEquals(0, estimate.lengths().longest());
    assertTrue(
        RateMeasurement.of(SPARK, ReadConfig.of(input), pair.config(), 1).isEmpty(),
        "there is nothing to measure with");
  }

  @Test
  void theSpeedIsThatOfAllTasksAtOnce() throws IOException {
    String input = TestSample.writeSamples(folder.resolve("rate.jsonl"), TestSample.many(5));

    MeasuredRate rate =
        RateMeasurement.of(SPARK, ReadConfig.of(input), pair.config(), 1).orElseThrow();

    assertEquals(SPARK.sparkContext().defaultParallelism(), rate.tasks());
    assertTrue(rate.seconds() >= rate.tasks(), "each task measures for a second");
    assertTrue(rate.flopsPerSecond() > 1e6, rate.toString());
  }

  @Test
  void aShareThatIsNoneIsRefused() {
    EstimateScoring estimate = EstimateScoring.on(SPARK);
    for (double share : new double[] {0, -1, 1.5, Double.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> estimate.sample(share));
    }
  }

  @Test
  void passesAreListedOnce() {
    assertEquals(
        List.of(
            new ModelPass(ModelRole.SHORT, Pass.WHOLE),
            new ModelPass(ModelRole.LONG, Pass.WHOLE),
            new ModelPass(ModelRole.LONG, Pass.SEGMENTS)),
        ModelPass.of(TestRun.SIGNALS));
  }
}
