package io.gateau.pipeline.rank;

import static org.apache.spark.sql.functions.asc;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.percentile;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.udf;

import io.gateau.math.MinMax;
import io.gateau.math.Ranks;
import io.gateau.math.Scale;
import io.gateau.math.ZScore;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Columns of finite numbers brought to a common scale over the data set. Every step that looks at
 * all rows is an aggregate of fixed size or a sort, and no number depends on how the rows are
 * partitioned.
 */
final class NormaliseColumns {
  /** Sums of doubles depend on the order of the rows; sums of this type do not. */
  static final String EXACT_SUM = "decimal(38,18)";

  private static final MinMax UNIT = new MinMax(0, 1);
  private static final String BELOW = "below";
  private static final String EQUAL = "equal";

  private NormaliseColumns() {}

  /**
   * Smallest and largest value of each column, or the quantiles {@code clip} and 1 - {@code clip},
   * in one pass; nothing when there are no rows.
   */
  static List<MinMax> ranges(Dataset<Row> rows, double clip, List<String> columns) {
    List<Column> ends = new ArrayList<>();
    for (String column : columns) {
      ends.add(clip == 0 ? min(column) : percentile(col(column), lit(clip)));
      ends.add(clip == 0 ? max(column) : percentile(col(column), lit(1 - clip)));
    }
    Row row = rows.agg(ends.get(0), ends.subList(1, ends.size()).toArray(new Column[0])).first();
    List<MinMax> ranges = new ArrayList<>();
    for (int i = 0; i < row.size() && !row.isNullAt(i); i += 2) {
      ranges.add(new MinMax(row.getDouble(i), row.getDouble(i + 1)));
    }
    return ranges;
  }

  /** Standard scores over values that are first clipped to their range. */
  static List<Scale> zScores(Dataset<Row> rows, List<MinMax> ranges, List<String> columns) {
    List<Scale> scales = new ArrayList<>();
    for (int i = 0; i < ranges.size(); i++) {
      MinMax range = ranges.get(i);
      Column clipped = on(range, columns.get(i));
      double mean = mean(rows, clipped);
      Column distance = clipped.minus(lit(mean));
      double square = mean(rows, distance.multiply(distance));
      scales.add(new ZScore(range, mean, Math.sqrt(square)));
    }
    return scales;
  }

  private static double mean(Dataset<Row> rows, Column value) {
    Row row =
        rows.agg(sum(value.cast(EXACT_SUM)).cast(DataTypes.DoubleType), count(lit(1))).first();
    return row.getDouble(0) / row.getLong(1);
  }

  /** A column on a scale. */
  static Column on(Scale scale, String column) {
    UDF1<Double, Double> onScale = scale::of;
    return udf(onScale, DataTypes.DoubleType).apply(col(column));
  }

  /** Replaces a column by the share of rank of its value, in [0, 1]. */
  static Dataset<Row> ranked(Dataset<Row> rows, String column) {
    Dataset<Row> values = rows.groupBy(column).agg(count(lit(1)).as(EQUAL)).orderBy(asc(column));
    JavaRDD<Row> sorted = values.javaRDD();
    List<Long> sizes = sorted.mapPartitionsWithIndex(new Size(), true).collect();
    long all = sizes.stream().mapToLong(Long::longValue).sum();
    StructType schema = values.schema().add(BELOW, DataTypes.DoubleType, false);
    Dataset<Row> shares =
        rows.sparkSession()
            .createDataFrame(
                sorted.mapPartitionsWithIndex(new Share(before(sizes), all), true), schema)
            .drop(EQUAL);
    return rows.join(shares, CollectionConverters.asScala(List.of(column)).toSeq(), "inner")
        .drop(column)
        .withColumnRenamed(BELOW, column);
  }

  /** The scale of {@link #ranked} columns: they are on it already. */
  static Scale ofRanks() {
    return UNIT;
  }

  private static List<Long> before(List<Long> sizes) {
    List<Long> before = new ArrayList<>();
    long sum = 0;
    for (long size : sizes) {
      before.add(sum);
      sum += size;
    }
    return before;
  }

  /** Rows that a partition of counted values stands for. */
  private record Size() implements Function2<Integer, Iterator<Row>, Iterator<Long>> {
    @Override
    public Iterator<Long> call(Integer index, Iterator<Row> values) {
      long size = 0;
      while (values.hasNext()) {
        size += values.next().getLong(1);
      }
      return List.of(size).iterator();
    }
  }

  /** Adds to each value its share of rank. */
  private record Share(List<Long> before, long all)
      implements Function2<Integer, Iterator<Row>, Iterator<Row>>, Serializable {
    @Override
    public Iterator<Row> call(Integer index, Iterator<Row> values) {
      return new Iterator<>() {
        private long below = before.get(index);

        @Override
        public boolean hasNext() {
          return values.hasNext();
        }

        @Override
        public Row next() {
          Row value = values.next();
          long equal = value.getLong(1);
          double share = Ranks.share(below, equal, all);
          below += equal;
          return RowFactory.create(value.get(0), equal, share);
        }
      };
    }
  }
}
