package io.gateau.pipeline.rank;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.pipeline.signals.SignalColumns;
import io.gateau.pipeline.testing.SparkTestSession;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** Two thousand rows in five ranges: one behind the other they are Spark's own sort. */
class ScoreRangesTest {
  private static final SparkSession SPARK = SparkTestSession.spark();
  private static final int ROWS = 2_000;
  private static final int RANGES = 5;
  private static final StructType SCHEMA =
      new StructType()
          .add(SignalColumns.ID, DataTypes.StringType, false)
          .add(ScoreColumns.SCORE, DataTypes.DoubleType, false)
          .add(ScoreColumns.LEADER, DataTypes.BooleanType, false);

  private static Dataset<Row> rows(IntFunction<String> id, IntToDoubleFunction score) {
    List<Row> rows =
        IntStream.range(0, ROWS)
            .mapToObj(i -> RowFactory.create(id.apply(i), score.applyAsDouble(i), i % 100 == 7))
            .toList();
    return SPARK.createDataFrame(rows, SCHEMA).repartition(3);
  }

  /** Checks the order, and that no range is more than one and a half times as large as the mean. */
  private static void assertRanges(Dataset<Row> rows) {
    ScoreRanges ranges = ScoreRanges.of(rows, ROWS, RANGES);
    assertEquals(RANGES, ranges.count());
    List<List<Row>> parts = new ArrayList<>();
    for (int i = 0; i < RANGES; i++) {
      parts.add(SelectTop.ordered(rows.filter(ranges.index(rows).equalTo(i))).collectAsList());
    }

    assertEquals(
        SelectTop.ordered(rows).collectAsList(), parts.stream().flatMap(List::stream).toList());
    for (List<Row> part : parts) {
      assertTrue(part.size() < 1.5 * ROWS / RANGES, "a range of " + part.size());
    }
    assertEquals(
        parts.stream().map(List::size).toList(),
        ranges.divide(rows).javaRDD().glom().collect().stream().map(List::size).toList(),
        "a partition for each range");
  }

  @Test
  void rangesOfScoresFollowOneAnother() {
    assertRanges(rows(i -> "r" + i, i -> Math.sin(i)));
  }

  @Test
  void equalScoresAreDividedByIdAsSparkSortsIds() {
    // U+FF5E stands before U+1F600 in UTF-8, and behind it in UTF-16.
    List<String> letters = List.of("a", "\u00e9", "\uff5e", "\ud83d\ude00");
    assertRanges(rows(i -> letters.get(i % 4) + i, i -> 0.5));
  }

  @Test
  void zeroAndItsNegativeAreOneScore() {
    assertRanges(rows(i -> "r" + i, i -> i % 2 == 0 ? 0.0 : -0.0));
  }

  @Test
  void withoutRowsThereIsOneRange() {
    assertEquals(1, ScoreRanges.of(rows(i -> "r" + i, i -> 1).limit(0), ROWS, RANGES).count());
  }
}
