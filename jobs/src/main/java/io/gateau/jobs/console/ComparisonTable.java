package io.gateau.jobs.console;

import io.gateau.math.LengthBucket;
import io.gateau.pipeline.compare.Comparison;
import io.gateau.pipeline.compare.Comparison.Profile;
import io.gateau.pipeline.evaluate.EvaluateSelection;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;

/** Comparisons of selections as text for the console: a line for each selection. */
public final class ComparisonTable {
  private static final int NUMBER = 12;

  private ComparisonTable() {}

  /** Every selection, what each two share, and what lengths and sources they keep. */
  public static List<String> strategies(
      Comparison comparison, Optional<EvaluateSelection.Result> evaluation) {
    List<String> lines = new ArrayList<>(head(comparison));
    lines.addAll(profiles(comparison, evaluation, "strategy"));
    lines.add("");
    lines.add("above the diagonal: what two selections share (Jaccard); below: rank correlation");
    lines.add(row(comparison, "", i -> name(comparison, i)));
    for (int i = 0; i < comparison.profiles().size(); i++) {
      int line = i;
      lines.add(row(comparison, name(comparison, i), j -> pair(comparison, line, j)));
    }
    lines.add("");
    lines.add("tokens of a sequence, and how the selected rows are spread over them");
    lines.add(row(comparison, "", i -> name(comparison, i), "all rows"));
    for (Map.Entry<Integer, Long> bucket : comparison.lengths().entrySet()) {
      lines.add(
          row(
              comparison,
              length(bucket.getKey()),
              i -> share(comparison, i, profile -> profile.lengths().get(bucket.getKey())),
              percent(bucket.getValue(), comparison.rows())));
    }
    if (comparison.sources().size() > 1) {
      lines.add("");
      lines.add(
          "sources, the largest %d, and how the selected rows are spread over them"
              .formatted(comparison.sources().size()));
      lines.add(row(comparison, "", i -> name(comparison, i), "all rows"));
      for (Map.Entry<String, Long> source : comparison.sources().entrySet()) {
        lines.add(
            row(
                comparison,
                source.getKey().isEmpty() ? "(none)" : PlainText.of(source.getKey()),
                i -> share(comparison, i, profile -> profile.sources().get(source.getKey())),
                percent(source.getValue(), comparison.rows())));
      }
    }
    lines.add("");
    lines.add("passes that models read for each (signals that share a pass share its cost)");
    for (Profile profile : comparison.profiles()) {
      lines.add(
          "  %-18s %10s tokens  %s"
              .formatted(
                  profile.candidate().name(),
                  Amounts.text((double) profile.passTokens()),
                  profile.passes().isEmpty() ? "none" : String.join(", ", profile.passes())));
    }
    return lines;
  }

  /** Every selection beside the first one. */
  public static List<String> sweep(
      Comparison comparison, Optional<EvaluateSelection.Result> evaluation) {
    List<String> lines = new ArrayList<>(head(comparison));
    lines.addAll(profiles(comparison, evaluation, "settings"));
    return lines;
  }

  private static List<String> head(Comparison comparison) {
    return List.of(
        "",
        String.format(
            Locale.ROOT,
            "%,d rows with all signals, %s tokens",
            comparison.rows(),
            Amounts.text((double) comparison.tokens())),
        "");
  }

  private static List<String> profiles(
      Comparison comparison, Optional<EvaluateSelection.Result> evaluation, String title) {
    int width =
        Math.max(
            title.length(),
            comparison.profiles().stream()
                .mapToInt(profile -> profile.candidate().name().length())
                .max()
                .orElse(0));
    String format = "%-" + width + "s %10s %10s %10s %8s %8s %8s %9s";
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
                Locale.ROOT,
                format,
                title,
                "selected",
                "tokens",
                "mean",
                "length",
                "shared",
                "ranks",
                "left out")
            + (evaluation.isPresent() ? "  area  found  noise" : ""));
    for (int i = 0; i < comparison.profiles().size(); i++) {
      Profile profile = comparison.profiles().get(i);
      lines.add(
          String.format(
                  Locale.ROOT,
                  format,
                  profile.candidate().name(),
                  String.format(Locale.ROOT, "%,d", profile.selected()),
                  Amounts.text((double) profile.selectedTokens()),
                  profile.selected() == 0
                      ? "-"
                      : Amounts.text((double) profile.selectedTokens() / profile.selected()),
                  number(profile.lengthCorrelation()),
                  number(comparison.jaccard()[0][i]),
                  number(comparison.rankCorrelation()[0][i]),
                  String.format(Locale.ROOT, "%,d", profile.leftOut()))
              + measures(evaluation, i));
    }
    lines.add(
        "length: rank correlation with length. shared, ranks: Jaccard and rank correlation with the"
            + " first line.");
    if (evaluation.isPresent()) {
      lines.add(
          "area: under the ROC curve. found, noise: of as many rows as are wanted, the share that is"
              + " wanted, and that is noise.");
    }
    return lines;
  }

  private static String measures(Optional<EvaluateSelection.Result> evaluation, int candidate) {
    return evaluation
        .map(result -> result.evaluations().get(candidate))
        .map(
            one ->
                " %5s  %5s  %5s"
                    .formatted(
                        number(one.measure("auroc").value()),
                        number(one.measure("precision@share").value()),
                        number(one.measure("noise@share").value())))
        .orElse("");
  }

  private static String name(Comparison comparison, int candidate) {
    return comparison.profiles().get(candidate).candidate().name();
  }

  private static String pair(Comparison comparison, int line, int column) {
    if (line == column) {
      return ".";
    }
    double[][] numbers = line < column ? comparison.jaccard() : comparison.rankCorrelation();
    return number(numbers[line][column]);
  }

  private static String share(Comparison comparison, int candidate, Function<Profile, Long> rows) {
    Profile profile = comparison.profiles().get(candidate);
    return percent(rows.apply(profile), profile.selected());
  }

  private static String row(
      Comparison comparison, String title, IntFunction<String> cell, String... before) {
    StringBuilder line = new StringBuilder("%-18s".formatted(cut(title, 18)));
    for (String text : before) {
      line.append(' ').append(("%" + NUMBER + "s").formatted(text));
    }
    for (int i = 0; i < comparison.profiles().size(); i++) {
      line.append(' ').append(("%" + NUMBER + "s").formatted(cut(cell.apply(i), NUMBER)));
    }
    return line.toString().stripTrailing();
  }

  private static String cut(String text, int width) {
    return text.length() <= width ? text : text.substring(0, width - 1) + "~";
  }

  private static String length(int bucket) {
    return String.format(
        Locale.ROOT, "%,d to %,d", LengthBucket.from(bucket), LengthBucket.from(bucket + 1) - 1);
  }

  private static String percent(long rows, long all) {
    return all == 0 ? "-" : String.format(Locale.ROOT, "%.1f %%", 100.0 * rows / all);
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.3f", value);
  }
}
