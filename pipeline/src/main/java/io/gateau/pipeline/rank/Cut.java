package io.gateau.pipeline.rank;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Where a selection ends, and what it begins with.
 *
 * @param selected rows that are selected
 * @param unselected rows that are ranked and not selected
 * @param lowest the lowest score that is selected; positive infinity if nothing is
 * @param highest the highest score that is not; negative infinity if there is none
 * @param lastRank the highest rank that is selected; 0 if nothing is
 * @param best the first rows, in order
 */
public record Cut(
    long selected, long unselected, double lowest, double highest, long lastRank, List<Row> best)
    implements Serializable {
  /** How many rows are kept as the best. */
  private static final int BEST = 5;

  private static final Cut EMPTY =
      new Cut(0, 0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0, List.of());

  /** Of rows in the order of their ranks: one job, with a few numbers and rows per partition. */
  public static Cut of(Dataset<Row> ranked) {
    int score = ranked.schema().fieldIndex(ScoreColumns.SCORE);
    int selected = ranked.schema().fieldIndex(ScoreColumns.SELECTED);
    int rank = ranked.schema().fieldIndex(ScoreColumns.RANK);
    FlatMapFunction<Iterator<Row>, Cut> ofPartition =
        rows -> List.of(of(rows, score, selected, rank)).iterator();
    return ranked.javaRDD().mapPartitions(ofPartition).collect().stream()
        .reduce(EMPTY, Cut::before);
  }

  private static Cut of(Iterator<Row> rows, int score, int selected, int rank) {
    long last = 0;
    long inside = 0;
    long outside = 0;
    double lowest = Double.POSITIVE_INFINITY;
    double highest = Double.NEGATIVE_INFINITY;
    List<Row> best = new ArrayList<>();
    while (rows.hasNext()) {
      Row row = rows.next();
      if (best.size() < BEST) {
        best.add(row);
      }
      if (row.getBoolean(selected)) {
        inside++;
        last = row.getLong(rank);
        lowest = Math.min(lowest, row.getDouble(score));
      } else {
        outside++;
        highest = Math.max(highest, row.getDouble(score));
      }
    }
    return new Cut(inside, outside, lowest, highest, last, best);
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
        first);
  }

  /** The lowest score that is selected; empty if nothing is. */
  public Optional<Double> lowestSelected() {
    return selected == 0 ? Optional.empty() : Optional.of(lowest);
  }

  /** The highest score that is not selected; empty if everything is. */
  public Optional<Double> highestUnselected() {
    return unselected == 0 ? Optional.empty() : Optional.of(highest);
  }
}
