package io.gateau.pipeline.rank;

import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.signals.SignalColumns;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Where a selection ends, and what it begins with.
 *
 * @param selected rows that are selected
 * @param unselected rows that are ranked and not selected
 * @param lowest the lowest score that is selected for its score and not as a leader; positive
 *     infinity if none is
 * @param highest the highest score that is not; negative infinity if there is none
 * @param lastRank the highest rank that is selected; 0 if nothing is
 * @param tokens of the full sequences of the selected rows
 * @param characters of the texts of the selected rows, as far as the rows have them
 * @param truncated rows whose contexts lost their beginning to max-tokens
 * @param astray rows whose response has a perplexity above {@value #ASTRAY} under the long model,
 *     as far as the ranking knows it
 * @param best the first rows, in order
 */
public record Cut(
    long selected,
    long unselected,
    double lowest,
    double highest,
    long lastRank,
    long tokens,
    long characters,
    long truncated,
    long astray,
    List<Row> best)
    implements Serializable {
  /** How many rows are kept as the best. */
  private static final int BEST = 5;

  /** A model that knows the language of a text is seldom as unsure as this. */
  private static final int ASTRAY = 1_000;

  private static final String LONG_PERPLEXITY = "long_ppl";

  private static final Cut EMPTY =
      new Cut(0, 0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0, 0, 0, 0, 0, List.of());

  /** The places of columns in a row; -1 for one that is not there. */
  private record Columns(
      int score,
      int selected,
      int rank,
      int leader,
      int tokens,
      int characters,
      int truncated,
      int perplexity)
      implements Serializable {
    static Columns of(StructType schema) {
      List<String> names = List.of(schema.fieldNames());
      return new Columns(
          names.indexOf(ScoreColumns.SCORE),
          names.indexOf(ScoreColumns.SELECTED),
          names.indexOf(ScoreColumns.RANK),
          names.indexOf(ScoreColumns.LEADER),
          names.indexOf(SignalColumns.SEQUENCE_TOKENS),
          names.indexOf(RecordColumns.CHARACTERS),
          names.indexOf(SignalColumns.TRUNCATED),
          names.indexOf(LONG_PERPLEXITY));
    }

    boolean isLeader(Row row) {
      return leader >= 0 && row.getBoolean(leader);
    }

    long charactersOf(Row row) {
      return characters < 0 || row.isNullAt(characters) ? 0 : row.getLong(characters);
    }

    boolean isTruncated(Row row) {
      return truncated >= 0 && !row.isNullAt(truncated) && row.getBoolean(truncated);
    }

    boolean isAstray(Row row) {
      return perplexity >= 0 && !row.isNullAt(perplexity) && row.getDouble(perplexity) > ASTRAY;
    }
  }

  /** Of rows in the order of their ranks: one job, with a few numbers and rows per partition. */
  public static Cut of(Dataset<Row> ranked) {
    Columns columns = Columns.of(ranked.schema());
    FlatMapFunction<Iterator<Row>, Cut> ofPartition = rows -> List.of(of(rows, columns)).iterator();
    return ranked.javaRDD().mapPartitions(ofPartition).collect().stream()
        .reduce(EMPTY, Cut::before);
  }

  private static Cut of(Iterator<Row> rows, Columns columns) {
    long last = 0;
    long inside = 0;
    long outside = 0;
    double lowest = Double.POSITIVE_INFINITY;
    double highest = Double.NEGATIVE_INFINITY;
    long tokens = 0;
    long characters = 0;
    long truncated = 0;
    long astray = 0;
    List<Row> best = new ArrayList<>();
    while (rows.hasNext()) {
      Row row = rows.next();
      if (best.size() < BEST) {
        best.add(row);
      }
      truncated += columns.isTruncated(row) ? 1 : 0;
      astray += columns.isAstray(row) ? 1 : 0;
      double score = row.getDouble(columns.score());
      if (row.getBoolean(columns.selected())) {
        inside++;
        last = row.getLong(columns.rank());
        tokens += row.getInt(columns.tokens());
        characters += columns.charactersOf(row);
        lowest = columns.isLeader(row) ? lowest : Math.min(lowest, score);
      } else {
        outside++;
        highest = Math.max(highest, score);
      }
    }
    return new Cut(
        inside, outside, lowest, highest, last, tokens, characters, truncated, astray, best);
  }

  /** This part of the rows with the part that follows it. */
  private Cut before(Cut next) {
    List<Row> first = new ArrayList<>(best);
    next.best.stream().limit(BEST - (long) first.size()).forEach(first::add);
    return new Cut(
        selected + next.selected,
        unselected + next.unselected,
        Math.min(lowest, next.lowest),
        Math.max(highest, next.highest),
        Math.max(lastRank, next.lastRank),
        tokens + next.tokens,
        characters + next.characters,
        truncated + next.truncated,
        astray + next.astray,
        first);
  }

  /** The lowest score that is selected for its score; empty if none is. */
  public Optional<Double> lowestSelected() {
    return lowest == Double.POSITIVE_INFINITY ? Optional.empty() : Optional.of(lowest);
  }

  /** The highest score that is not selected; empty if everything is. */
  public Optional<Double> highestUnselected() {
    return unselected == 0 ? Optional.empty() : Optional.of(highest);
  }
}
