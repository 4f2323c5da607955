package io.gateau.pipeline.redundancy;

import static org.apache.spark.sql.functions.asc;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.desc;
import static org.apache.spark.sql.functions.explode;

import io.gateau.pipeline.rank.ScoreColumns;
import io.gateau.pipeline.read.record.RecordColumns;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The pairs of samples that must be compared: those that share a band. Where more than {@value
 * #LEADERS} samples share one, each is compared with the best {@value #LEADERS} of them only, so
 * that the number of pairs grows with the number of samples and not with its square.
 */
final class BandPairs implements Iterator<Row> {
  /** Samples of one band that all others of it are compared with. */
  static final int LEADERS = 20;

  private static final StructType SCHEMA =
      new StructType()
          .add(SketchColumns.WORSE, DataTypes.StringType, false)
          .add(SketchColumns.WORSE_SCORE, DataTypes.DoubleType, false)
          .add(SketchColumns.BETTER, DataTypes.StringType, false)
          .add(SketchColumns.BETTER_SCORE, DataTypes.DoubleType, false);

  private final Iterator<Row> rows;
  private final List<Row> leaders = new ArrayList<>();
  private final Deque<Row> pairs = new ArrayDeque<>();

  private BandPairs(Iterator<Row> rows) {
    this.rows = rows;
  }

  /**
   * Pairs of rows, each pair once, with the columns worse, worse_score, better and better_score.
   *
   * @param sketches rows with an id, which is unique, a score and {@link SketchColumns#BANDS}
   */
  static Dataset<Row> of(Dataset<Row> sketches) {
    MapPartitionsFunction<Row, Row> pairs = BandPairs::new;
    return sketches
        .select(
            explode(col(SketchColumns.BANDS)).as(SketchColumns.BAND),
            col(ScoreColumns.SCORE),
            col(RecordColumns.ID))
        .repartition(col(SketchColumns.BAND))
        .sortWithinPartitions(
            asc(SketchColumns.BAND), desc(ScoreColumns.SCORE), asc(RecordColumns.ID))
        .mapPartitions(pairs, Encoders.row(SCHEMA))
        .distinct();
  }

  @Override
  public boolean hasNext() {
    while (pairs.isEmpty() && rows.hasNext()) {
      Row row = rows.next();
      if (!leaders.isEmpty() && leaders.get(0).getLong(0) != row.getLong(0)) {
        leaders.clear();
      }
      for (Row better : leaders) {
        pairs.add(
            RowFactory.create(
                row.getString(2), row.getDouble(1), better.getString(2), better.getDouble(1)));
      }
      if (leaders.size() < LEADERS) {
        leaders.add(row);
      }
    }
    return !pairs.isEmpty();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException("no pair is left");
    }
    return pairs.remove();
  }
}
