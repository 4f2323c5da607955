package io.gateau.jobs.json;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gateau.jobs.settings.Parsers;
import io.gateau.pipeline.evaluate.EvaluateSelection;
import io.gateau.pipeline.evaluate.Evaluation;
import io.gateau.pipeline.evaluate.Evaluation.Measure;
import io.gateau.pipeline.evaluate.Truth;
import io.gateau.pipeline.rank.strategy.RankConfig;
import java.nio.file.Path;

/** Evaluations as JSON: a measure that is not defined is null. */
public final class EvaluationFile {
  private static final JsonMapper JSON = new JsonMapper();

  private EvaluationFile() {}

  /**
   * Writes the numbers, in a folder that is made if it is not there.
   *
   * @throws io.gateau.pipeline.read.file.InputException if the file cannot be written
   */
  public static void write(Path file, String scored, Truth truth, EvaluateSelection.Result result) {
    ObjectNode root = JSON.createObjectNode();
    root.put("scored", scored);
    root.put("truth", truth.column());
    root.put("wanted", truth.wanted());
    root.put("noise", truth.noise());
    root.put("rows", result.rows());
    root.set("kinds", JSON.valueToTree(result.kinds()));
    for (Evaluation one : result.evaluations()) {
      ObjectNode node = root.withArray("evaluations").addObject();
      config(one.config(), node);
      node.set("found", JSON.valueToTree(one.found()));
      one.measures().forEach(measure -> add(measure, node.withObject("measures")));
    }
    JsonFile.write(file, root);
  }

  private static void config(RankConfig config, ObjectNode node) {
    node.put("strategy", config.strategy());
    node.put("alpha", config.alpha());
    node.put("importance", Parsers.code(config.importance()));
    node.put("difficulty", Parsers.code(config.difficulty()));
    node.put("normalisation", Parsers.code(config.normalisation()));
    node.put("winsorise", config.winsorise());
    node.put("merge-segments", config.mergeSegments());
  }

  private static void add(Measure measure, ObjectNode measures) {
    ObjectNode node = measures.putObject(measure.name());
    number("value", measure.value(), node);
    measure
        .interval()
        .ifPresent(
            interval -> {
              number("low", interval.low(), node);
              number("high", interval.high(), node);
            });
  }

  private static void number(String name, double value, ObjectNode node) {
    if (Double.isNaN(value)) {
      node.putNull(name);
    } else {
      node.put(name, value);
    }
  }
}
