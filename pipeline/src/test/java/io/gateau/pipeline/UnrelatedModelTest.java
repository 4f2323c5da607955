package io.gateau.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.pipeline.estimate.EstimateScoring;
import io.gateau.pipeline.estimate.PassCost;
import io.gateau.pipeline.estimate.ScoringEstimate;
import io.gateau.pipeline.progress.ScoreProgress;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.rank.strategy.RankConfig;
import io.gateau.pipeline.rank.strategy.SignalInput;
import io.gateau.pipeline.rank.strategy.Strategies;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.testing.SparkTestSession;
import io.gateau.pipeline.testing.TestRun;
import io.gateau.pipeline.testing.TestSample;
import io.gateau.pipeline.testing.TinyPair;
import io.gateau.score.ModelRole;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model of another family beside the pair: it has a vocabulary and a tokenizer of its own. */
class UnrelatedModelTest {
  private static final ModelSpec EMBEDDED =
      new ModelSpec("embedded:short", ModelSpec.CONFIGURED_THETA, Dtype.FLOAT32, "cpu");

  @TempDir static Path folder;

  private static ScoreConfig pair;
  private static String input;
  private static TestRun run;

  @BeforeAll
  static void scores() throws IOException {
    pair = TinyPair.write(folder).config();
    input = TestSample.writeSamples(folder.resolve("in.jsonl"), TestSample.many(8));
    Map<ModelRole, ModelSpec> models = new EnumMap<>(pair.models());
    models.put(ModelRole.UNRELATED, EMBEDDED);
    run = new TestRun(folder.resolve("three"));
    run.score(
        ScoreProgress.SILENT,
        new ScoreConfig(
            models, Strategies.of("non-homologous").signals(), pair.scoring(), pair.limits()),
        input);
  }

  private static Map<String, Row> unrelated() {
    return run.signal(SignalInput.UNRELATED_LOSS.signal());
  }

  @Test
  void itReadsTokensOfItsOwn() {
    TestRun alone = new TestRun(folder.resolve("alone"));
    alone.score(
        ScoreProgress.SILENT,
        new ScoreConfig(
            Map.of(ModelRole.SHORT, EMBEDDED),
            List.of(TestRun.SHORT_LOSS),
            pair.scoring(),
            pair.limits()),
        input);

    Map<String, Row> expected = alone.signal(TestRun.SHORT_LOSS);
    assertEquals(8, expected.size());
    expected.forEach(
        (key, row) -> {
          Row found = unrelated().get(key);
          assertEquals(row.<Double>getAs("loss"), found.<Double>getAs("loss"), 1e-6);
          assertEquals(
              row.<Integer>getAs("sequence_tokens"), found.<Integer>getAs("sequence_tokens"));
        });
  }

  /* Its vocabulary may be the smaller one; the estimate counts tokens of the long model. */
  @Test
  void theEstimateCountsEverySample() {
    Map<ModelRole, ModelSpec> swapped =
        Map.of(ModelRole.LONG, EMBEDDED, ModelRole.UNRELATED, pair.models().get(ModelRole.SHORT));

    ScoringEstimate estimate =
        EstimateScoring.on(SparkTestSession.spark())
            .input(ReadConfig.of(input))
            .config(
                new ScoreConfig(
                    swapped,
                    Strategies.of("non-homologous").signals(),
                    pair.scoring(),
                    pair.limits()))
            .execute();

    assertEquals(8, estimate.tokenized());
    assertEquals(16, estimate.passes().values().stream().mapToLong(PassCost::sequences).sum());
  }

  @Test
  void theLongModelReadsWhatItReadsWithoutIt() {
    TestRun without = new TestRun(folder.resolve("pair"));
    without.score(ScoreProgress.SILENT, pair.withSignals(List.of(TestRun.LONG_LOSS)), input);

    Map<String, Row> found = run.signal(TestRun.LONG_LOSS);
    without
        .signal(TestRun.LONG_LOSS)
        .forEach(
            (key, row) ->
                assertEquals(
                    row.<Double>getAs("loss"), found.get(key).<Double>getAs("loss"), 1e-9));
  }

  @Test
  void samplesAreRankedByTheTwoAndMeasuredInTokensOfTheLongOne() {
    SelectConfig config =
        SelectConfig.DEFAULT.withRank(RankConfig.DEFAULT.withStrategy("non-homologous"));

    run.select(config);

    Map<String, Row> samples = run.byId("samples");
    Map<String, Row> longLosses = run.signal(TestRun.LONG_LOSS);
    assertEquals(8, run.table("scores").size());
    for (Row row : run.table("scores")) {
      String key = samples.get(row.<String>getAs("id")).getAs("content_key");
      assertEquals(
          longLosses.get(key).<Integer>getAs("sequence_tokens"),
          row.<Integer>getAs("sequence_tokens"));
      assertNotEquals(
          unrelated().get(key).<Integer>getAs("sequence_tokens"),
          row.<Integer>getAs("sequence_tokens"),
          "the two count alike, so this shows nothing");
      assertEquals(
          row.<Double>getAs("normalised_unrelated") - row.<Double>getAs("normalised_long"),
          row.<Double>getAs("score"),
          1e-12);
    }
  }
}
