package io.gateau.jobs.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.gateau.math.Bootstrap.Interval;
import io.gateau.pipeline.evaluate.EvaluateSelection;
import io.gateau.pipeline.evaluate.Evaluation;
import io.gateau.pipeline.evaluate.Evaluation.Measure;
import io.gateau.pipeline.evaluate.Truth;
import io.gateau.pipeline.rank.strategy.RankConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationFileTest {
  private static final Truth TRUTH = new Truth("kind", "long-range", "noise");
  private static final Map<String, Long> KINDS = Map.of("long-range", 300L, "noise", 700L);

  @TempDir Path folder;

  @Test
  void theFileHasEveryNumberAndNullForWhatIsNotDefined() throws IOException {
    RankConfig usual = RankConfig.DEFAULT;
    Path file = folder.resolve("new/evaluation.json");
    EvaluationFile.write(
        file,
        "out/planted",
        TRUTH,
        new EvaluateSelection.Result(
            1000, KINDS, List.of(evaluation(usual), evaluation(usual.withStrategy("random")))));

    JsonNode root = JsonMapper.builder().build().readTree(file.toFile());
    assertEquals(300, root.at("/kinds/long-range").asInt());
    assertEquals("gateau", root.at("/evaluations/0/strategy").asText());
    assertEquals("min-max", root.at("/evaluations/0/normalisation").asText());
    assertEquals(270, root.at("/evaluations/0/found/long-range").asInt());
    assertEquals(0.96, root.at("/evaluations/0/measures/auroc/low").asDouble(), 1e-12);
    assertEquals(0.9, root.at("/evaluations/1/measures/precision@share/value").asDouble(), 0);
    assertTrue(root.at("/evaluations/1/measures/length/value").isNull(), root.toString());
  }

  private static Evaluation evaluation(RankConfig config) {
    return new Evaluation(
        config,
        Map.of("long-range", 270L, "noise", 30L),
        List.of(
            new Measure("auroc", 0.97, Optional.of(new Interval(0.96, 0.98))),
            new Measure("precision@share", 0.9, Optional.empty()),
            new Measure("length", Double.NaN, Optional.empty())));
  }
}
