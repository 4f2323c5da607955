package io.gateau.pipeline.rank;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.xxhash64;

import io.gateau.pipeline.signals.SignalColumns;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF3;
import org.apache.spark.sql.types.DataTypes;

/**
 * Divides rows into ranges of the order of {@link SelectTop}, one for each partition: every row of
 * a range ranks before every row of the next. Where ranges begin follows from the rows alone, so
 * their sizes can be counted before the rows are brought together; a sort of Spark's would be run a
 * second time for that.
 */
final class ScoreRanges {
  /** The range that holds everything. */
  static final ScoreRanges ONE = new ScoreRanges(List.of());

  /** Rows of the sample for each range, so that ranges differ little in size. */
  private static final int SAMPLED_PER_RANGE = 64;

  /** The first row of each range but the first. */
  private final List<Place> begins;

  private ScoreRanges(List<Place> begins) {
    this.begins = begins;
  }

  /**
   * Ranges of similar size.
   *
   * @param ranked rows with a score
   * @param rows how many there are, more or less; at least 1
   * @param count how many ranges there are to be
   */
  static ScoreRanges of(Dataset<Row> ranked, long rows, int count) {
    long every = Math.max(1, rows / ((long) count * SAMPLED_PER_RANGE));
    List<Place> sample =
        new ArrayList<>(
            ranked
                .filter(pmod(xxhash64(col(SignalColumns.ID)), lit(every)).equalTo(lit(0)))
                .select(leader(ranked), col(ScoreColumns.SCORE), col(SignalColumns.ID))
                .collectAsList()
                .stream()
                .map(row -> new Place(row.getBoolean(0), row.getDouble(1), row.getString(2)))
                .toList());
    Collections.sort(sample);
    List<Place> begins = new ArrayList<>();
    for (int i = 1; i < count && !sample.isEmpty(); i++) {
      begins.add(sample.get(Math.toIntExact((long) i * sample.size() / count)));
    }
    return new ScoreRanges(begins.stream().distinct().toList());
  }

  /** How many ranges there are. */
  int count() {
    return begins.size() + 1;
  }

  /** The rows with a partition for each range; within it they have no order. */
  Dataset<Row> divide(Dataset<Row> ranked) {
    return count() == 1 ? ranked.coalesce(1) : ranked.repartitionById(count(), index(ranked));
  }

  /** The number of the range of a row, from 0. */
  Column index(Dataset<Row> ranked) {
    if (count() == 1) {
      return lit(0);
    }
    List<Place> sorted = begins;
    UDF3<Boolean, Double, String, Integer> index =
        (leader, score, id) -> after(sorted, new Place(leader, score, id));
    return udf(index, DataTypes.IntegerType)
        .apply(leader(ranked), col(ScoreColumns.SCORE), col(SignalColumns.ID));
  }

  /** How many of the sorted places do not stand behind a place. */
  private static int after(List<Place> sorted, Place place) {
    int found = Collections.binarySearch(sorted, place);
    return found >= 0 ? found + 1 : -found - 1;
  }

  private static Column leader(Dataset<Row> ranked) {
    return RankSchema.has(ranked.schema(), ScoreColumns.LEADER)
        ? col(ScoreColumns.LEADER)
        : lit(false);
  }

  /** What a row is sorted by; strings as Spark compares them, by their bytes in UTF-8. */
  private record Place(boolean leader, double score, String id)
      implements Comparable<Place>, Serializable {
    private static final Comparator<Place> ORDER =
        Comparator.comparing(Place::leader)
            .thenComparing(Place::plainScore)
            .reversed()
            .thenComparing(
                place -> place.id().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

    /** Spark sorts 0.0 and -0.0 as equal. */
    private double plainScore() {
      return score + 0.0;
    }

    @Override
    public int compareTo(Place other) {
      return ORDER.compare(this, other);
    }
  }
}
