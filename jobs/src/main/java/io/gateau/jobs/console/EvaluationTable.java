package io.gateau.jobs.console;

import io.gateau.jobs.settings.Parsers;
import io.gateau.math.Bootstrap.Interval;
import io.gateau.pipeline.evaluate.EvaluateSelection;
import io.gateau.pipeline.evaluate.Evaluation;
import io.gateau.pipeline.evaluate.Evaluation.Measure;
import io.gateau.pipeline.evaluate.Study;
import io.gateau.pipeline.evaluate.Truth;
import io.gateau.pipeline.rank.strategy.RankConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Evaluations as text for the console. */
public final class EvaluationTable {
  private EvaluationTable() {}

  /** One column for each strategy, one line for each measure, its interval in brackets. */
  public static List<String> strategies(Truth truth, EvaluateSelection.Result result) {
    List<String> lines = new ArrayList<>(head(truth, result));
    StringBuilder names = new StringBuilder("%-22s".formatted(""));
    result.evaluations().forEach(one -> names.append("%-22s".formatted(one.config().strategy())));
    lines.add(names.toString().stripTrailing());
    for (Measure measure : result.evaluations().get(0).measures()) {
      StringBuilder line = new StringBuilder("%-22s".formatted(title(measure.name())));
      for (Evaluation one : result.evaluations()) {
        line.append("%-22s".formatted(cell(one.measure(measure.name()))));
      }
      lines.add(line.toString().stripTrailing());
    }
    lines.add("kinds in the top at the true share:");
    for (String kind : result.kinds().keySet()) {
      StringBuilder line = new StringBuilder("  %-20s".formatted(kind));
      result
          .evaluations()
          .forEach(one -> line.append("%-22d".formatted(one.found().getOrDefault(kind, 0L))));
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  /** One line for each form of the score, one column for each alpha: area, precision at share. */
  public static List<String> study(Truth truth, EvaluateSelection.Result result) {
    List<String> lines = new ArrayList<>(head(truth, result));
    lines.add("area under ROC / precision at the true share, by alpha");
    lines.add(
        "%-38s".formatted("difficulty, normalisation, importance")
            + Study.ALPHAS.stream()
                .map(alpha -> "%14s".formatted(alpha))
                .collect(Collectors.joining()));
    int alphas = Study.ALPHAS.size();
    for (int from = 0; from < result.evaluations().size(); from += alphas) {
      List<Evaluation> row = result.evaluations().subList(from, from + alphas);
      lines.add(
          "%-38s".formatted(name(row.get(0).config()))
              + row.stream().map(one -> "%14s".formatted(both(one))).collect(Collectors.joining()));
    }
    return lines;
  }

  private static List<String> head(Truth truth, EvaluateSelection.Result result) {
    Map<String, Long> kinds = result.kinds();
    String counts =
        kinds.entrySet().stream()
            .map(kind -> String.format(Locale.ROOT, "%,d %s", kind.getValue(), kind.getKey()))
            .collect(Collectors.joining(", "));
    return List.of(
        "",
        String.format(
            Locale.ROOT,
            "%,d rows: %s; wanted: %s, %.1f %%",
            result.rows(),
            counts,
            truth.wanted(),
            100.0 * kinds.get(truth.wanted()) / result.rows()),
        "");
  }

  private static String title(String measure) {
    if (measure.equals("auroc")) {
      return "area under ROC";
    }
    if (measure.equals("length")) {
      return "correlation w. length";
    }
    int at = measure.indexOf('@');
    String where = measure.substring(at + 1);
    String what = measure.startsWith("noise") ? "noise selected" : measure.substring(0, at);
    return (where.equals("share") ? "%s, share" : "%s, %s %%").formatted(what, where);
  }

  private static String cell(Measure measure) {
    return number(measure.value()) + measure.interval().map(EvaluationTable::brackets).orElse("");
  }

  private static String brackets(Interval interval) {
    return " [%s %s]".formatted(rounded(interval.low()), rounded(interval.high()));
  }

  private static String both(Evaluation one) {
    return "%s / %s"
        .formatted(
            number(one.measure("auroc").value()), number(one.measure("precision@share").value()));
  }

  private static String name(RankConfig config) {
    return "%s, %s%s, %s"
        .formatted(
            Parsers.code(config.difficulty()),
            Parsers.code(config.normalisation()),
            config.winsorise() > 0 ? " wins." : "",
            Parsers.code(config.importance()));
  }

  private static String rounded(double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.2f", value);
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.3f", value);
  }
}
