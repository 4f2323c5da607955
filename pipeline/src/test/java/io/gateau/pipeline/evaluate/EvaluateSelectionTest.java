package io.gateau.pipeline.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.math.RankingQuality;
import io.gateau.pipeline.rank.Preset;
import io.gateau.pipeline.rank.ScoreColumns;
import io.gateau.pipeline.rank.SelectConfig;
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
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evaluation of a scored folder against the kinds that its input names. */
class EvaluateSelectionTest {
  private static final SparkSession SPARK = SparkTestSession.spark();
  private static final List<String> KINDS = List.of("far", "near", "noise");
  private static final Truth TRUTH = new Truth("kind", "far", "noise");

  @TempDir static Path folder;

  private static TestRun run;

  @BeforeAll
  static void scoresSamplesWithKinds() throws IOException {
    List<String> lines = new ArrayList<>();
    for (TestSample sample : TestSample.many(12)) {
      String kind = kind(sample.id());
      lines.add(sample.json().replaceFirst("\\{", "{\"kind\":\"" + kind + "\","));
    }
    run = new TestRun(folder.resolve("out"));
    run.score(TinyPair.write(folder), TestSample.write(folder.resolve("input.jsonl"), lines));
  }

  private static String kind(String id) {
    return KINDS.get(Math.floorMod(id.hashCode() * 31, 3));
  }

  private static EvaluateSelection evaluate(Truth truth) {
    return EvaluateSelection.on(SPARK).output(run.output()).truth(truth);
  }

  @Test
  void everyRankingIsMeasuredInTheOrderThatASelectionHas() {
    RankConfig usual = RankConfig.DEFAULT;
    List<RankConfig> configs =
        List.of(usual, usual.withAlpha(0.3), usual.withStrategy("perplexity"));
    EvaluateSelection.Result result =
        evaluate(TRUTH).percents(List.of(25.0)).configs(configs).execute();

    assertEquals(12, result.rows());
    assertEquals(12, result.kinds().values().stream().mapToLong(Long::longValue).sum());
    for (Evaluation evaluation : result.evaluations()) {
      run.select(SelectConfig.DEFAULT.withRank(evaluation.config()));
      List<Row> order = run.table("scores");
      boolean[] far = new boolean[12];
      double[] scores = new double[12];
      double[] tokens = new double[12];
      for (Row row : order) {
        int place = (int) (row.<Long>getAs(ScoreColumns.RANK) - 1);
        far[place] = kind(row.getAs(RecordColumns.ID)).equals("far");
        scores[place] = row.getAs(ScoreColumns.SCORE);
        tokens[place] = row.<Integer>getAs(SignalColumns.CONTEXT_TOKENS);
      }
      String name = evaluation.config().toString();
      assertEquals(
          RankingQuality.areaUnderRoc(scores, far), evaluation.measure("auroc").value(), name);
      assertEquals(
          RankingQuality.precision(far, 3), evaluation.measure("precision@25").value(), name);
      assertEquals(
          RankingQuality.rankCorrelation(scores, tokens),
          evaluation.measure("length").value(),
          name);
    }
    // The kind comes through to the selected rows.
    List<Row> selected = run.table("selected");
    assertTrue(!selected.isEmpty(), "nothing is selected");
    for (Row row : selected) {
      String original = row.getAs(RecordColumns.ORIGINAL);
      assertTrue(
          original.contains("\"kind\":\"" + kind(row.getAs(RecordColumns.ID)) + "\""), original);
    }
  }

  @Test
  void theStudyGoesOverEveryFormOnce() {
    assertEquals(20, Study.forms().size());
    assertEquals(20, Study.forms().stream().distinct().count());
    RankConfig paper = Preset.PAPER.config();
    assertTrue(
        Study.forms().stream().anyMatch(form -> form.with(0.8).equals(paper)),
        "the paper's form is among them");
    List<RankConfig> ends = Study.forms().stream().limit(2).map(form -> form.with(1)).toList();
    EvaluateSelection.Result result = evaluate(TRUTH).configs(ends).execute();
    assertEquals(ends, result.evaluations().stream().map(Evaluation::config).toList());
  }

  @Test
  void aForgottenSetterIsNamed() {
    EvaluateSelection action = EvaluateSelection.on(SPARK);
    assertEquals(
        "output is missing; call output(path)",
        assertThrows(IllegalStateException.class, action::execute).getMessage());
    action.output(run.output());
    assertEquals(
        "truth is missing; call truth(truth)",
        assertThrows(IllegalStateException.class, action::execute).getMessage());
    action.truth(TRUTH);
    assertEquals(
        "configs is missing; call configs(rankConfigs)",
        assertThrows(IllegalStateException.class, action::execute).getMessage());
    assertEquals(
        "configs cannot be null",
        assertThrows(IllegalArgumentException.class, () -> action.configs(null)).getMessage());
  }

  @Test
  void aTruthThatTheInputDoesNotHaveIsRefused() {
    List<RankConfig> one = List.of(RankConfig.DEFAULT);
    assertEquals(
        "12 of 12 scored records have no field 'sort'; name the field that says what each sample"
            + " is",
        assertThrows(
                InputException.class,
                () -> evaluate(new Truth("sort", "far", "noise")).configs(one).execute())
            .getMessage());
    assertEquals(
        "of 12 scored records 0 are 'fern' in the field 'kind'; both these and others are needed,"
            + " and there are far, near, noise",
        assertThrows(
                InputException.class,
                () -> evaluate(new Truth("kind", "fern", "noise")).configs(one).execute())
            .getMessage());
    assertEquals(
        "truth 'a'b', wanted 'far', noise 'noise'; each needs a name, without quotes",
        assertThrows(IllegalArgumentException.class, () -> new Truth("a'b", "far", "noise"))
            .getMessage());
  }
}
