package io.gateau.jobs.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.math.Bootstrap.Interval;
import io.gateau.pipeline.evaluate.EvaluateSelection;
import io.gateau.pipeline.evaluate.Evaluation;
import io.gateau.pipeline.evaluate.Evaluation.Measure;
import io.gateau.pipeline.evaluate.Study;
import io.gateau.pipeline.evaluate.Truth;
import io.gateau.pipeline.rank.strategy.RankConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EvaluationTableTest {
  private static final Truth TRUTH = new Truth("kind", "long-range", "noise");
  private static final Map<String, Long> KINDS = Map.of("long-range", 300L, "noise", 700L);

  private static Evaluation evaluation(RankConfig config, double auroc) {
    return new Evaluation(
        config,
        Map.of("long-range", 270L, "noise", 30L),
        List.of(
            new Measure("auroc", auroc, Optional.of(new Interval(auroc - 0.01, auroc + 0.01))),
            new Measure("noise@30", 0.1, Optional.empty()),
            new Measure("precision@share", 0.9, Optional.empty()),
            new Measure("length", Double.NaN, Optional.empty())));
  }

  private static EvaluateSelection.Result strategies() {
    RankConfig usual = RankConfig.DEFAULT;
    return new EvaluateSelection.Result(
        1000,
        KINDS,
        List.of(evaluation(usual, 0.97), evaluation(usual.withStrategy("random"), 0.5)));
  }

  @Test
  void strategiesStandSideBySideWithTheirIntervals() {
    assertEquals(
        List.of(
            "",
            "1,000 rows: 300 long-range, 700 noise; wanted: long-range, 30.0 %",
            "",
            "                      gateau                random",
            "area under ROC        0.970 [0.96 0.98]     0.500 [0.49 0.51]",
            "noise selected, 30 %  0.100                 0.100",
            "precision, share      0.900                 0.900",
            "correlation w. length -                     -",
            "kinds in the top at the true share:",
            "  long-range          270                   270",
            "  noise               30                    30"),
        EvaluationTable.strategies(TRUTH, strategies()));
  }

  @Test
  void theStudyHasALineForEachFormAndAColumnForEachAlpha() {
    List<Evaluation> all =
        Study.forms().stream()
            .limit(2)
            .flatMap(form -> Study.ALPHAS.stream().map(form::with))
            .map(config -> evaluation(config, 0.5 + config.alpha() / 2))
            .toList();
    List<String> lines =
        EvaluationTable.study(TRUTH, new EvaluateSelection.Result(1000, KINDS, all));

    assertEquals(7, lines.size(), lines.toString());
    assertEquals(
        "perplexity, min-max, perplexity        0.500 / 0.900 0.600 / 0.900 0.700 / 0.900"
            + " 0.800 / 0.900 0.900 / 0.900 1.000 / 0.900",
        lines.get(5));
    assertTrue(lines.get(6).startsWith("perplexity, min-max wins., perplexity "), lines.get(6));
  }
}
