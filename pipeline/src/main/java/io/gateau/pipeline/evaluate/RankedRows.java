package io.gateau.pipeline.evaluate;

import io.gateau.math.GateauScore;
import io.gateau.pipeline.rank.RankSamples;
import io.gateau.pipeline.rank.ScoreColumns;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.rank.Strategy;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.signals.SignalColumns;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Ranks the same rows by one config after another, on the driver. */
final class RankedRows {
  /** The column with the kind of a sample. */
  static final String KIND = "truth";

  /** Rows by score descending, then by id as Spark compares them: as a selection orders them. */
  private static final Comparator<RankedRow> ORDER =
      Comparator.comparingDouble(RankedRow::score)
          .reversed()
          .thenComparing(RankedRow::id, RankedRows::compareBytes);

  private final Dataset<Row> rows;
  private final Map<SelectConfig, List<Row>> termsByForm = new HashMap<>();

  /** Rows with signals, {@link RecordColumns#ID} and {@link #KIND}; they are read many times. */
  RankedRows(Dataset<Row> rows) {
    this.rows = rows;
  }

  /** All rows in the order of this config, the best first. */
  List<RankedRow> by(SelectConfig config) {
    List<RankedRow> scored =
        config.strategy() == Strategy.GATEAU ? weighted(config) : scored(config);
    return scored.stream().sorted(ORDER).toList();
  }

  private List<RankedRow> scored(SelectConfig config) {
    RankSamples ranking = new RankSamples(config);
    return ranking
        .withScores(ranking.withContextualAwareness(rows))
        .select(RecordColumns.ID, KIND, SignalColumns.CONTEXT_TOKENS, ScoreColumns.SCORE)
        .collectAsList()
        .stream()
        .map(row -> row(row, row.getDouble(3)))
        .toList();
  }

  /** Configs that differ in alpha alone share their terms, which are normalised once. */
  private List<RankedRow> weighted(SelectConfig config) {
    GateauScore weights = new GateauScore(config.alpha());
    return termsByForm.computeIfAbsent(config.withAlpha(0), this::terms).stream()
        .map(row -> row(row, weights.of(row.getDouble(3), row.getDouble(4))))
        .toList();
  }

  private List<Row> terms(SelectConfig form) {
    RankSamples ranking = new RankSamples(form);
    return ranking
        .withTerms(ranking.withContextualAwareness(rows))
        .select(
            RecordColumns.ID,
            KIND,
            SignalColumns.CONTEXT_TOKENS,
            RankSamples.GUIDANCE,
            RankSamples.AWARENESS)
        .collectAsList();
  }

  private static RankedRow row(Row row, double score) {
    return new RankedRow(row.getString(0), score, row.getString(1), row.getInt(2));
  }

  private static int compareBytes(String a, String b) {
    return Arrays.compareUnsigned(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }
}
