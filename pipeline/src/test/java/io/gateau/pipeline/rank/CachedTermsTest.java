package io.gateau.pipeline.rank;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.percentile;
import static org.apache.spark.sql.functions.xxhash64;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.math.MinMax;
import io.gateau.math.XxHash64;
import io.gateau.math.fit.RowPasses;
import io.gateau.math.fit.RowValue;
import io.gateau.math.fit.ScaleFit;
import io.gateau.pipeline.testing.SparkJobs;
import io.gateau.pipeline.testing.SparkTestSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** Passes of Spark: the same numbers as on one machine, whatever the partitions. */
class CachedTermsTest {
  private static final SparkSession SPARK = SparkTestSession.spark();
  private static final StructType SCHEMA =
      new StructType()
          .add("x", DataTypes.DoubleType)
          .add("y", DataTypes.DoubleType)
          .add(ScoreColumns.EXCLUSION, DataTypes.StringType);
  private static final List<String> TERMS = List.of("x", "y");
  private static final List<RowValue> VALUES = List.of(RowValue.at(0), RowValue.at(1));

  /** Smooth values and ties; every tenth row is left out. */
  private static List<Row> rows(Random random, int count) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(
          i % 10 == 9
              ? RowFactory.create(null, Double.NaN, "non-finite")
              : RowFactory.create(
                  Math.exp(5 * random.nextGaussian()), (double) random.nextInt(9) - 4, null));
    }
    return rows;
  }

  private static List<Object> fits(RowPasses rows) {
    List<MinMax> ranges = ScaleFit.winsorised(rows, VALUES, 0.03);
    List<Object> fits = new ArrayList<>(ranges);
    fits.addAll(ScaleFit.minMax(rows, VALUES));
    fits.addAll(ScaleFit.zScores(rows, VALUES, ranges));
    fits.addAll(ScaleFit.softmax(rows, VALUES));
    ScaleFit.ranks(rows, VALUES)
        .forEach(
            scale -> fits.add(DoubleStream.of(-9, -4, 0, 1, 7).map(scale::of).boxed().toList()));
    return fits;
  }

  @Test
  void theDriverTheExecutorsAndEveryPartitioningGiveTheSameNumbers() {
    Random random = new Random(8);
    Dataset<Row> table = SPARK.createDataFrame(rows(random, 700), SCHEMA);
    List<Object> expected;
    try (CachedTerms onDriver = CachedTerms.of(table, TERMS)) {
      expected = fits(onDriver);
    }
    for (int partitions : new int[] {1, 3, 8}) {
      try (CachedTerms onExecutors = CachedTerms.of(table.repartition(partitions), TERMS, 100)) {
        assertEquals(expected, fits(onExecutors), partitions + " partitions");
      }
    }
  }

  @Test
  void quantilesAreThoseOfSparksPercentile() {
    for (int size : new int[] {1, 7, 500}) {
      Dataset<Row> table = SPARK.createDataFrame(rows(new Random(size), size), SCHEMA);
      for (double share : new double[] {0.01, 0.1, 0.37}) {
        Row spark =
            table
                .filter(col(ScoreColumns.EXCLUSION).isNull())
                .agg(
                    percentile(col("x"), lit(share)),
                    percentile(col("x"), lit(1 - share)),
                    percentile(col("y"), lit(share)),
                    percentile(col("y"), lit(1 - share)))
                .first();
        try (CachedTerms terms = CachedTerms.of(table, TERMS, 3)) {
          assertEquals(
              List.of(
                  new MinMax(spark.getDouble(0), spark.getDouble(1)),
                  new MinMax(spark.getDouble(2), spark.getDouble(3))),
              ScaleFit.winsorised(terms, VALUES, share));
        }
      }
    }
  }

  @Test
  void aLargeDataSetTakesOneJobForEachPassAndNothingStaysCached() throws Exception {
    Dataset<Row> table = SPARK.createDataFrame(rows(new Random(2), 500), SCHEMA).coalesce(2);
    SparkJobs jobs =
        SparkJobs.of(
            () -> {
              try (CachedTerms terms = CachedTerms.of(table, TERMS, 100)) {
                return ScaleFit.winsorised(terms, VALUES, 0.01);
              }
            });
    // It is cached and counted; extremes; a round for the quantiles, whose cells hold one row each.
    assertEquals(new SparkJobs(3, 3), jobs);
    assertTrue(SPARK.sparkContext().getPersistentRDDs().isEmpty(), "nothing stays cached");
  }

  @Test
  void theHashOfTheRandomStrategyIsThatOfSpark() {
    Random random = new Random(3);
    List<Row> ids = new ArrayList<>();
    for (int length = 0; length < 80; length++) {
      StringBuilder id = new StringBuilder();
      random.ints(length, 32, 0x250).forEach(id::appendCodePoint);
      ids.add(RowFactory.create(id.toString()));
    }
    Dataset<Row> table =
        SPARK.createDataFrame(ids, new StructType().add("id", DataTypes.StringType));
    for (long seed : new long[] {0, 1, -7, Long.MAX_VALUE}) {
      table
          .select(col("id"), xxhash64(col("id"), lit(seed)))
          .collectAsList()
          .forEach(row -> assertEquals(row.getLong(1), XxHash64.of(row.getString(0), seed)));
    }
  }
}
