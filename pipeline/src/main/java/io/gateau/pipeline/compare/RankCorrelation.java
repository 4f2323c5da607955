package io.gateau.pipeline.compare;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;

import io.gateau.pipeline.signals.SignalColumns;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.ml.stat.Correlation;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;

/**
 * Spearman's correlations of rankings and length: Pearson's of ranks, by MLlib. The ranks are there
 * already, so that no column is sorted again.
 */
final class RankCorrelation {
  private static final String FEATURES = "features";

  private RankCorrelation() {}

  /**
   * Correlations of the ranks of every candidate and, last, of the place of the length, ascending.
   *
   * @param ranks with the columns of {@link RankColumns}
   * @param rows how many there are
   * @return [candidates + 1][candidates + 1]; NaN for a column whose values are all equal, and for
   *     fewer than two rows
   */
  static double[][] of(Dataset<Row> ranks, long rows, Tally tally) {
    int candidates = tally.candidates();
    if (rows < 2) {
      // MLlib refuses a single row.
      double[][] undefined = new double[candidates + 1][candidates + 1];
      Arrays.stream(undefined).forEach(line -> Arrays.fill(line, Double.NaN));
      return undefined;
    }
    Column[] columns = new Column[candidates + 1];
    for (int i = 0; i < candidates; i++) {
      double last = (tally.ranked(i) + 1 + rows) / 2.0;
      columns[i] =
          coalesce(col(RankColumns.rank(i)).cast(DataTypes.DoubleType), lit(last))
              .divide((double) rows)
              .as(RankColumns.rank(i));
    }
    Broadcast<Map<Integer, Double>> places =
        JavaSparkContext.fromSparkContext(ranks.sparkSession().sparkContext())
            .broadcast(places(tally.tokenCounts(), rows));
    UDF1<Integer, Double> place = tokens -> places.value().get(tokens);
    columns[candidates] =
        udf(place, DataTypes.DoubleType).apply(col(SignalColumns.SEQUENCE_TOKENS)).as("length");
    Dataset<Row> numbers = ranks.select(columns);
    Dataset<Row> vectors =
        new VectorAssembler()
            .setInputCols(numbers.columns())
            .setOutputCol(FEATURES)
            .transform(numbers)
            .select(FEATURES);
    Matrix matrix = (Matrix) Correlation.corr(vectors, FEATURES, "pearson").head().get(0);
    double[][] correlation = new double[candidates + 1][candidates + 1];
    for (int i = 0; i <= candidates; i++) {
      for (int j = 0; j <= candidates; j++) {
        correlation[i][j] = matrix.apply(i, j);
      }
    }
    return correlation;
  }

  /** The mean rank, over all rows, of the rows of each length. */
  private static Map<Integer, Double> places(Map<Integer, Long> counts, long rows) {
    Map<Integer, Double> places = new HashMap<>();
    long before = 0;
    for (Map.Entry<Integer, Long> length : new TreeMap<>(counts).entrySet()) {
      places.put(length.getKey(), (before + (length.getValue() + 1) / 2.0) / (double) rows);
      before += length.getValue();
    }
    return places;
  }
}
