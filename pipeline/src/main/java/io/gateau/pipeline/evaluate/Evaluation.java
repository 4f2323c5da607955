package io.gateau.pipeline.evaluate;

import io.gateau.math.Bootstrap;
import io.gateau.math.Bootstrap.Interval;
import io.gateau.math.RankingQuality;
import io.gateau.pipeline.rank.strategy.RankConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/**
 * How well one ranking finds the wanted rows.
 *
 * @param config what it was ranked by
 * @param found how many of each kind are in the top that has as many rows as are wanted
 * @param measures {@code auroc} of wanted rows against the rest; for each top {@code p}: {@code
 *     precision@p}, {@code recall@p} and {@code noise@p}, the share of the selected rows that are
 *     noise; the same at {@code share}, the wanted rows' own share; {@code length}, Spearman's
 *     correlation of score and context tokens
 */
public record Evaluation(RankConfig config, Map<String, Long> found, List<Measure> measures) {
  /**
   * A measure of one ranking.
   *
   * @param name see {@link Evaluation}
   * @param value NaN where it is not defined
   * @param interval by bootstrap; empty if no bootstrap was configured
   */
  public record Measure(String name, double value, Optional<Interval> interval) {}

  /** Copies counts and measures. */
  public Evaluation {
    found = Collections.unmodifiableMap(new TreeMap<>(found));
    measures = List.copyOf(measures);
  }

  /**
   * The measure of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Measure measure(String name) {
    return measures.stream()
        .filter(measure -> measure.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no measure " + name));
  }

  /** Rows in the order of a ranking, best first. */
  record Ranked(double[] scores, boolean[] wanted, boolean[] noise, double[] tokens) {
    /** Columns of ranked rows, with what {@code truth} says of their kinds. */
    static Ranked of(List<RankedRow> rows, Truth truth) {
      boolean[] wanted = new boolean[rows.size()];
      boolean[] noise = new boolean[rows.size()];
      for (int i = 0; i < rows.size(); i++) {
        wanted[i] = rows.get(i).kind().equals(truth.wanted());
        noise[i] = rows.get(i).kind().equals(truth.noise());
      }
      return new Ranked(
          rows.stream().mapToDouble(RankedRow::score).toArray(),
          wanted,
          noise,
          rows.stream().mapToDouble(RankedRow::tokens).toArray());
    }

    int rows() {
      return scores.length;
    }

    /** Some of the rows, in the same order. */
    Ranked only(int[] rows) {
      return new Ranked(
          numbers(scores, rows), marks(wanted, rows), marks(noise, rows), numbers(tokens, rows));
    }

    private static double[] numbers(double[] values, int[] rows) {
      return Arrays.stream(rows).mapToDouble(row -> values[row]).toArray();
    }

    private static boolean[] marks(boolean[] values, int[] rows) {
      boolean[] some = new boolean[rows.length];
      for (int i = 0; i < rows.length; i++) {
        some[i] = values[rows[i]];
      }
      return some;
    }

    int wantedRows() {
      return (int) Math.round(RankingQuality.precision(wanted, rows()) * rows());
    }

    int top(double percent) {
      return (int) Math.floor(rows() * percent / 100 + 0.5);
    }
  }

  static Evaluation of(
      RankConfig config,
      Ranked ranked,
      List<String> kinds,
      List<Double> percents,
      Optional<Bootstrap> bootstrap) {
    List<Measure> measures = new ArrayList<>();
    MeasureCollector collector = new MeasureCollector(ranked, bootstrap, measures);
    collector.add("auroc", rows -> RankingQuality.areaUnderRoc(rows.scores(), rows.wanted()));
    for (double percent : percents) {
      collector.addTop(name(percent), rows -> rows.top(percent));
    }
    collector.addTop("share", Ranked::wantedRows);
    collector.add("length", rows -> RankingQuality.rankCorrelation(rows.scores(), rows.tokens()));
    Map<String, Long> found =
        kinds.subList(0, ranked.wantedRows()).stream()
            .collect(Collectors.groupingBy(kind -> kind, Collectors.counting()));
    return new Evaluation(config, found, measures);
  }

  private static String name(double percent) {
    return percent == Math.rint(percent)
        ? String.format(Locale.ROOT, "%.0f", percent)
        : Double.toString(percent);
  }

  /** Adds measures, each with its interval. */
  private record MeasureCollector(
      Ranked ranked, Optional<Bootstrap> bootstrap, List<Measure> measures) {
    void add(String name, ToDoubleFunction<Ranked> measure) {
      measures.add(
          new Measure(
              name,
              measure.applyAsDouble(ranked),
              bootstrap.map(
                  draws ->
                      draws.of(ranked.rows(), rows -> measure.applyAsDouble(ranked.only(rows))))));
    }

    void addTop(String name, ToIntFunction<Ranked> top) {
      add(
          "precision@" + name,
          rows -> RankingQuality.precision(rows.wanted(), top.applyAsInt(rows)));
      add("recall@" + name, rows -> RankingQuality.recall(rows.wanted(), top.applyAsInt(rows)));
      add("noise@" + name, rows -> RankingQuality.precision(rows.noise(), top.applyAsInt(rows)));
    }
  }
}
