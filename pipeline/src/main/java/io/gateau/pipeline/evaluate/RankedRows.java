package io.gateau.pipeline.evaluate;

import io.gateau.pipeline.candidates.Caches;
import io.gateau.pipeline.diversity.ClusterLeaders;
import io.gateau.pipeline.diversity.DiversityConfig;
import io.gateau.pipeline.rank.SampleRanker;
import io.gateau.pipeline.rank.ScoreColumns;
import io.gateau.pipeline.rank.strategy.RankConfig;
import io.gateau.pipeline.rank.strategy.Strategies;
import io.gateau.pipeline.rank.strategy.Strategy;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.signals.SignalColumns;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Ranks the same rows by one config after another, on the driver. A row that a strategy leaves out
 * stands behind all others, so that every ranking is measured on the same rows.
 */
final class RankedRows {
  /** The column with the kind of a sample. */
  static final String KIND = "truth";

  /** Rows by score descending, then by id as Spark compares them: as a selection orders them. */
  private static final Comparator<RankedRow> ORDER =
      Comparator.comparingDouble(RankedRow::score)
          .reversed()
          .thenComparing(RankedRow::id, RankedRows::compareBytes);

  private final Dataset<Row> rows;
  private Optional<Form> last = Optional.empty();

  /** Rows with signals, {@link RecordColumns#ID} and {@link #KIND}; they are read many times. */
  RankedRows(Dataset<Row> rows) {
    this.rows = rows;
  }

  /** All rows in the order of this config, the best first. */
  List<RankedRow> by(RankConfig config) {
    Strategy strategy = Strategies.of(config.strategy());
    List<RankedRow> ordered =
        form(config).rows().stream()
            .map(row -> row.ranked(strategy, config))
            .sorted(ORDER)
            .toList();
    return strategy.leadersFirst() ? leadersFirst(ordered, config) : ordered;
  }

  /**
   * The best of each cluster before all others. The score is then the place, counted from the end:
   * the measures look at the order only.
   */
  private List<RankedRow> leadersFirst(List<RankedRow> ordered, RankConfig config) {
    Set<String> leaders;
    try (Caches caches = new Caches()) {
      Dataset<Row> scored = SampleRanker.of(config).fit(rows).transform(rows);
      leaders =
          new ClusterLeaders(DiversityConfig.of(config), caches::persist)
                  .mark(scored, rows.select(RecordColumns.ID, ClusterLeaders.STATE))
                  .filter(ScoreColumns.LEADER)
                  .select(RecordColumns.ID)
                  .collectAsList()
                  .stream()
                  .map(row -> row.getString(0))
                  .collect(Collectors.toSet());
    }
    List<RankedRow> all = new ArrayList<>();
    ordered.stream().filter(row -> leaders.contains(row.id())).forEach(all::add);
    ordered.stream().filter(row -> !leaders.contains(row.id())).forEach(all::add);
    for (int i = 0; i < all.size(); i++) {
      RankedRow row = all.get(i);
      all.set(i, new RankedRow(row.id(), (double) (all.size() - i), row.kind(), row.tokens()));
    }
    return all;
  }

  /** Configs that follow each other and differ in alpha alone share one fit: no term has alpha. */
  private Form form(RankConfig config) {
    RankConfig form = config.withAlpha(0);
    if (last.filter(one -> one.config().equals(form)).isEmpty()) {
      last = Optional.of(new Form(form, terms(form)));
    }
    return last.get();
  }

  private List<Terms> terms(RankConfig form) {
    Strategy strategy = Strategies.of(form.strategy());
    List<String> names =
        Stream.of(
                List.of(RecordColumns.ID, KIND, SignalColumns.CONTEXT_TOKENS),
                List.of(ScoreColumns.EXCLUSION),
                strategy.rawTerms(),
                strategy.terms())
            .flatMap(List::stream)
            .toList();
    return SampleRanker.of(form)
        .fit(rows)
        .transform(rows)
        .select(names.stream().map(functions::col).toArray(Column[]::new))
        .collectAsList()
        .stream()
        .map(row -> Terms.of(row, strategy))
        .toList();
  }

  private static int compareBytes(String a, String b) {
    return Arrays.compareUnsigned(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }

  /** What all configs share that differ in alpha alone. */
  private record Form(RankConfig config, List<Terms> rows) {}

  /** Everything that the score of a row is made of. */
  private record Terms(
      String id, String kind, int tokens, boolean excluded, double[] raw, double[] terms) {
    static Terms of(Row row, Strategy strategy) {
      boolean excluded = !row.isNullAt(3);
      int raw = strategy.rawTerms().size();
      return new Terms(
          row.getString(0),
          row.getString(1),
          row.getInt(2),
          excluded,
          excluded ? new double[0] : numbers(row, 4, raw),
          excluded ? new double[0] : numbers(row, 4 + raw, strategy.terms().size()));
    }

    private static double[] numbers(Row row, int from, int count) {
      double[] numbers = new double[count];
      for (int i = 0; i < count; i++) {
        numbers[i] = row.getDouble(from + i);
      }
      return numbers;
    }

    RankedRow ranked(Strategy strategy, RankConfig config) {
      double score = excluded ? Double.NEGATIVE_INFINITY : strategy.score(raw, terms, config);
      return new RankedRow(id, score, kind, tokens);
    }
  }
}
