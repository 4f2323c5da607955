package io.gateau.jobs.json;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gateau.jobs.settings.Parsers;
import io.gateau.math.LengthBucket;
import io.gateau.pipeline.compare.Comparison;
import io.gateau.pipeline.compare.Comparison.Profile;
import io.gateau.pipeline.evaluate.EvaluateSelection;
import io.gateau.pipeline.evaluate.Evaluation;
import io.gateau.pipeline.rank.Budget;
import io.gateau.pipeline.rank.strategy.RankConfig;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Comparisons as JSON: a number that is not defined is null. */
public final class ComparisonFile {
  private static final JsonMapper JSON = new JsonMapper();

  private ComparisonFile() {}

  /**
   * Writes the numbers, in a folder that is made if it is not there.
   *
   * @throws io.gateau.pipeline.read.file.InputException if the file cannot be written
   */
  public static void write(
      Path file,
      String scored,
      Comparison comparison,
      Optional<EvaluateSelection.Result> evaluation) {
    ObjectNode root = JSON.createObjectNode();
    root.put("scored", scored);
    root.put("rows", comparison.rows());
    root.put("tokens", comparison.tokens());
    lengths(comparison.lengths(), root);
    root.set("sources", JSON.valueToTree(comparison.sources()));
    for (int i = 0; i < comparison.profiles().size(); i++) {
      ObjectNode node = root.withArray("selections").addObject();
      profile(comparison.profiles().get(i), node);
      if (evaluation.isPresent()) {
        measures(evaluation.get().evaluations().get(i), node.putObject("measures"));
      }
    }
    matrix(comparison.jaccard(), root.putArray("jaccard"));
    matrix(comparison.rankCorrelation(), root.putArray("rank_correlation"));
    JsonFile.write(file, root);
  }

  private static void profile(Profile profile, ObjectNode node) {
    RankConfig rank = profile.candidate().config().rank();
    node.put("name", profile.candidate().name());
    node.put("strategy", rank.strategy());
    node.put("alpha", rank.alpha());
    node.put("importance", Parsers.code(rank.importance()));
    node.put("difficulty", Parsers.code(rank.difficulty()));
    node.put("normalisation", Parsers.code(rank.normalisation()));
    node.put("winsorise", rank.winsorise());
    node.put("merge-segments", rank.mergeSegments());
    budget(profile.candidate().config().budget(), node.putObject("budget"));
    node.put("per", Parsers.code(profile.candidate().config().scope()));
    node.put("least_share", profile.candidate().config().shares().least());
    node.put("greatest_share", profile.candidate().config().shares().greatest());
    node.put("left_out", profile.leftOut());
    node.put("selected", profile.selected());
    node.put("selected_tokens", profile.selectedTokens());
    number("length_correlation", profile.lengthCorrelation(), node);
    node.set("passes", JSON.valueToTree(profile.passes()));
    node.put("pass_tokens", profile.passTokens());
    lengths(profile.lengths(), node);
    node.set("sources", JSON.valueToTree(profile.sources()));
  }

  private static void budget(Budget budget, ObjectNode node) {
    if (budget instanceof Budget.Percent percent) {
      node.put("percent", percent.percent());
    } else if (budget instanceof Budget.Count count) {
      node.put("count", count.rows());
    } else if (budget instanceof Budget.Tokens tokens) {
      node.put("tokens", tokens.tokens());
    } else if (budget instanceof Budget.FilledTokens tokens) {
      node.put("tokens", tokens.tokens()).put("filled", true);
    }
  }

  /** Rows by the shortest length of their bucket. */
  private static void lengths(Map<Integer, Long> rows, ObjectNode node) {
    ObjectNode lengths = node.putObject("lengths");
    rows.forEach((bucket, count) -> lengths.put(String.valueOf(LengthBucket.from(bucket)), count));
  }

  private static void measures(Evaluation one, ObjectNode node) {
    one.measures().forEach(measure -> number(measure.name(), measure.value(), node));
  }

  private static void matrix(double[][] numbers, ArrayNode node) {
    for (double[] line : numbers) {
      ArrayNode cells = node.addArray();
      for (double number : line) {
        if (Double.isNaN(number)) {
          cells.addNull();
        } else {
          cells.add(number);
        }
      }
    }
  }

  private static void number(String name, double value, ObjectNode node) {
    if (Double.isNaN(value)) {
      node.putNull(name);
    } else {
      node.put(name, value);
    }
  }
}
