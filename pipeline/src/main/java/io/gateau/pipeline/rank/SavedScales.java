package io.gateau.pipeline.rank;

import io.gateau.math.Identity;
import io.gateau.math.MinMax;
import io.gateau.math.RankScale;
import io.gateau.math.Scale;
import io.gateau.math.Softmax;
import io.gateau.math.ZScore;
import io.gateau.pipeline.rank.strategy.Scales;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Fitted scales in the folder of a model: in {@code data} a Parquet file with a row for each scale,
 * its numbers as they are.
 */
final class SavedScales {
  private static final StructType SCHEMA =
      new StructType()
          .add("place", DataTypes.IntegerType, false)
          .add("term", DataTypes.StringType, false)
          .add("kind", DataTypes.StringType, false)
          .add("numbers", DataTypes.createArrayType(DataTypes.DoubleType, false), false);

  private SavedScales() {}

  /** Writes scales. */
  static void write(Scales scales, SparkSession spark, String path) {
    List<Row> rows = new ArrayList<>();
    scales.byTerm().forEach((term, scale) -> rows.add(row(rows.size(), term, scale)));
    spark.createDataFrame(rows, SCHEMA).coalesce(1).write().parquet(data(path));
  }

  /** Reads scales. */
  static Scales read(SparkSession spark, String path) {
    List<Row> rows =
        new ArrayList<>(spark.read().schema(SCHEMA).parquet(data(path)).collectAsList());
    rows.sort(Comparator.comparingInt(row -> row.getInt(0)));
    Map<String, Scale> byTerm = new LinkedHashMap<>();
    rows.forEach(row -> byTerm.put(row.getString(1), scale(row)));
    return new Scales(byTerm);
  }

  private static String data(String path) {
    return new Path(path, "data").toString();
  }

  private static Row row(int place, String term, Scale scale) {
    if (scale instanceof MinMax range) {
      return row(place, term, "min-max", range.minimum(), range.maximum());
    } else if (scale instanceof ZScore score) {
      MinMax range = score.range();
      return row(
          place,
          term,
          "z-score",
          range.minimum(),
          range.maximum(),
          score.mean(),
          score.deviation());
    } else if (scale instanceof Softmax softmax) {
      return row(place, term, "softmax", softmax.maximum(), softmax.total());
    } else if (scale instanceof RankScale ranks) {
      double[] numbers = new double[1 + 3 * ranks.from().length];
      numbers[0] = ranks.rows();
      int ranges = ranks.from().length;
      System.arraycopy(ranks.from(), 0, numbers, 1, ranges);
      System.arraycopy(ranks.to(), 0, numbers, 1 + ranges, ranges);
      System.arraycopy(
          LongStream.of(ranks.below()).asDoubleStream().toArray(),
          0,
          numbers,
          1 + 2 * ranges,
          ranges);
      return row(place, term, "rank", numbers);
    }
    return row(place, term, "identity");
  }

  private static Row row(int place, String term, String kind, double... numbers) {
    return RowFactory.create(place, term, kind, numbers);
  }

  private static Scale scale(Row row) {
    double[] numbers = row.<Double>getList(3).stream().mapToDouble(Double::doubleValue).toArray();
    return switch (row.getString(2)) {
      case "min-max" -> new MinMax(numbers[0], numbers[1]);
      case "z-score" -> new ZScore(new MinMax(numbers[0], numbers[1]), numbers[2], numbers[3]);
      case "softmax" -> new Softmax(numbers[0], numbers[1]);
      case "rank" -> ranks(numbers);
      case "identity" -> new Identity();
      default ->
          throw new IllegalArgumentException(
              "the scale of %s is a %s, which is not known; read it with the version that wrote it"
                  .formatted(row.getString(1), row.getString(2)));
    };
  }

  private static RankScale ranks(double[] numbers) {
    int ranges = (numbers.length - 1) / 3;
    return new RankScale(
        Arrays.copyOfRange(numbers, 1, 1 + ranges),
        Arrays.copyOfRange(numbers, 1 + ranges, 1 + 2 * ranges),
        Arrays.stream(numbers, 1 + 2 * ranges, 1 + 3 * ranges).mapToLong(n -> (long) n).toArray(),
        (long) numbers[0]);
  }
}
