package io.gateau.jobs.console;

import io.gateau.pipeline.ScoreSamples;
import io.gateau.pipeline.SelectSamples;
import io.gateau.pipeline.candidates.RankedSamples;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.rank.SelectConfig.Scope;
import io.gateau.pipeline.rank.strategy.Strategies;
import io.gateau.pipeline.selected.SelectedTable;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The closing lines of a job.
 *
 * @param rowsIn records found in the input
 * @param rejected of these, not usable
 * @param rejectedByReason the rejected records by reason; empty where it is not known
 * @param scoring counts of the scoring, if the job scores
 * @param selection counts of the selection, if the job selects
 * @param wall time from start to end
 * @param output where everything is
 */
public record Summary(
    long rowsIn,
    long rejected,
    Map<String, Long> rejectedByReason,
    Optional<Scoring> scoring,
    Optional<Selection> selection,
    Duration wall,
    String output)
    implements Report {
  private static final int LONGEST_ID = 60;

  /**
   * Counts of the scoring.
   *
   * @param scored samples scored by this job
   * @param stored samples whose signals were stored before
   * @param sequences read by the models
   * @param tokens read by the models
   */
  public record Scoring(long scored, long stored, long sequences, long tokens) {
    public static Scoring of(ScoreSamples.Result result) {
      return new Scoring(
          result.scored(), result.stored(), result.sequencesScored(), result.tokensScored());
    }
  }

  /**
   * The selection.
   *
   * @param strategy that rows were ranked by
   * @param selected rows kept
   * @param unselected rows scored and not kept
   * @param best the first rows
   * @param lowestSelected the lowest score that was kept; empty if nothing was
   * @param highestUnselected the highest score that was not; empty if there is none
   * @param tokens of the full sequences of the rows that were kept
   * @param tokenBudget how many were allowed, if the budget is one of tokens for the whole set
   * @param truncated ranked rows whose contexts lost their beginning to max-tokens
   * @param astray ranked rows of whose language the long model may know nothing
   * @param replaced whether it took the place of an earlier one
   * @param table the table that got the selected rows too, if there is one
   */
  public record Selection(
      String strategy,
      long selected,
      long unselected,
      List<RankedSamples.Shown> best,
      Optional<Double> lowestSelected,
      Optional<Double> highestUnselected,
      long tokens,
      OptionalLong tokenBudget,
      long truncated,
      long astray,
      boolean replaced,
      Optional<SelectedTable.Commit> table) {
    public static Selection of(SelectSamples.Result result, SelectConfig config) {
      return new Selection(
          result.rank().strategy(),
          result.counts().selected(),
          result.counts().unselected(),
          result.best(),
          result.lowestSelected(),
          result.highestUnselected(),
          result.tokens(),
          config.scope() == Scope.ALL && Strategies.of(result.rank().strategy()).usesBudget()
              ? config.budget().tokensAllowed()
              : OptionalLong.empty(),
          result.truncated(),
          result.astray(),
          result.replaced(),
          result.table());
    }
  }

  /** Wall time from a start. */
  public record Clock(long startNanos) {
    public static Clock started() {
      return new Clock(System.nanoTime());
    }

    public Duration elapsed() {
      return Duration.ofNanos(System.nanoTime() - startNanos);
    }
  }

  public Summary {
    rejectedByReason = Map.copyOf(rejectedByReason);
  }

  @Override
  public void print(PrintStream out) {
    lines().forEach(out::println);
    out.flush();
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("");
    scoring.map(Summary::scoredLine).ifPresent(lines::add);
    count(lines, "rows in", rowsIn);
    selection.ifPresent(
        result -> {
          count(lines, "  selected", result.selected());
          count(lines, "  unselected", result.unselected());
        });
    count(lines, "  rejected", rejected);
    rejectedByReason.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .forEach(reason -> count(lines, "    %s".formatted(reason.getKey()), reason.getValue()));
    scoring.ifPresent(result -> tokens(lines, result));
    selection.ifPresent(result -> selection(lines, result));
    lines.add(line("wall time", Durations.text(wall)));
    lines.add(line("output", output));
    selection
        .flatMap(Selection::table)
        .ifPresent(table -> lines.add(line("table", tableText(table))));
    return lines;
  }

  private static String scoredLine(Scoring result) {
    long all = result.scored() + result.stored();
    if (result.scored() == 0) {
      return "nothing was scored anew: %d of %d samples had stored signals"
          .formatted(result.stored(), all);
    }
    return "%d of %d samples scored, %d had stored signals"
        .formatted(result.scored(), all, result.stored());
  }

  private static void tokens(List<String> lines, Scoring result) {
    count(lines, "tokens read", result.tokens());
    count(lines, "sequences read", result.sequences());
  }

  private static String tokensSelected(Selection result) {
    String tokens = String.format(Locale.ROOT, "%,d", result.tokens());
    return result.tokenBudget().isPresent()
        ? String.format(
            Locale.ROOT,
            "%s of %,d allowed (%.1f %%)",
            tokens,
            result.tokenBudget().getAsLong(),
            100.0 * result.tokens() / Math.max(1, result.tokenBudget().getAsLong()))
        : tokens;
  }

  private static void selection(List<String> lines, Selection result) {
    long ranked = result.selected() + result.unselected();
    lines.add(line("tokens selected", tokensSelected(result)));
    if (result.truncated() > 0) {
      lines.add(
          line(
              "cut to max-tokens",
              String.format(
                  Locale.ROOT,
                  "%,d (%.1f %% of the ranked): the models did not read the beginning of their contexts",
                  result.truncated(),
                  100.0 * result.truncated() / ranked)));
    }
    if (2 * result.astray() > ranked) {
      lines.add(
          line(
              "warning",
              String.format(
                  Locale.ROOT,
                  "the long model gives %.0f %% of the responses a perplexity above 1,000: it seems not to know this language or format, so the ranking says little; use models that do",
                  100.0 * result.astray() / ranked)));
    }
    result
        .lowestSelected()
        .ifPresent(
            lowest ->
                lines.add(
                    line(
                        "cut",
                        result
                            .highestUnselected()
                            .map(
                                next ->
                                    String.format(
                                        Locale.ROOT,
                                        "lowest score selected %.6f, highest not selected %.6f",
                                        lowest,
                                        next))
                            .orElse(
                                String.format(
                                    Locale.ROOT, "lowest score selected %.6f", lowest)))));
    if (!result.best().isEmpty()) {
      lines.add("best by %s".formatted(result.strategy()));
      for (RankedSamples.Shown row : result.best()) {
        lines.add("  %s: %s".formatted(shown(row.id()), row.explanation()));
      }
    }
    if (result.replaced()) {
      lines.add("the selection that was there is replaced; --name keeps selections side by side");
    }
  }

  /** An id comes from data: no control characters reach the terminal, and it stays on its line. */
  private static String shown(String id) {
    String plain = PlainText.of(id);
    return plain.length() <= LONGEST_ID ? plain : plain.substring(0, LONGEST_ID) + "...";
  }

  private static String tableText(SelectedTable.Commit table) {
    return "%s (%s%s)"
        .formatted(
            table.name(),
            table.format(),
            table.version().map(version -> ", version " + version).orElse(""));
  }

  private static void count(List<String> lines, String name, long value) {
    lines.add(line(name, String.format(Locale.ROOT, "%,d", value)));
  }

  private static String line(String name, String value) {
    return "%-22s %s".formatted(name, value);
  }
}
