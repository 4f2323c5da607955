package io.gateau.pipeline.redundancy;

import static org.apache.spark.sql.functions.asc;
import static org.apache.spark.sql.functions.desc;

import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Decides which samples of similar pairs stay: from the best one down, a sample goes if it is
 * similar to a better one that stays. A pair whose better sample goes decides nothing.
 *
 * <p>In a round, every sample without a better one in an open pair stays, and the samples that it
 * beats go, with all their pairs. The best sample of all open pairs always stays, so rounds come to
 * an end. What few pairs are left one task decides by going down the ranking, so that a long chain
 * of similar samples does not make as many rounds.
 */
final class BestStay {
  /** So many pairs are decided by one task. */
  private static final long PAIRS_OF_ONE_TASK = 100_000;

  private static final StructType SCHEMA =
      new StructType().add(SketchColumns.WORSE, DataTypes.StringType, false);

  private final UnaryOperator<Dataset<Row>> cache;
  private final long pairsOfOneTask;

  /** Decides; {@code cache} persists a table until all is done. */
  BestStay(UnaryOperator<Dataset<Row>> cache) {
    this(cache, PAIRS_OF_ONE_TASK);
  }

  BestStay(UnaryOperator<Dataset<Row>> cache, long pairsOfOneTask) {
    this.cache = cache;
    this.pairsOfOneTask = pairsOfOneTask;
  }

  /**
   * The ids of the samples that go, each once, in the column {@link SketchColumns#WORSE}.
   *
   * @param pairs with the columns worse, worse_score, better and better_score, each pair once
   */
  Dataset<Row> gone(Dataset<Row> pairs) {
    Dataset<Row> open = pairs;
    Dataset<Row> gone = pairs.sparkSession().createDataFrame(List.of(), SCHEMA);
    while (open.count() > pairsOfOneTask) {
      Dataset<Row> beaten = open.select(SketchColumns.WORSE).distinct();
      Dataset<Row> staying =
          without(open.select(SketchColumns.BETTER).distinct(), beaten, SketchColumns.BETTER);
      Dataset<Row> now =
          cache.apply(
              open.join(staying, SketchColumns.BETTER).select(SketchColumns.WORSE).distinct());
      gone = gone.union(now);
      open =
          cache.apply(without(without(open, now, SketchColumns.WORSE), now, SketchColumns.BETTER));
    }
    return gone.union(downTheRanking(open));
  }

  /** The rows without those that have one of these ids in this column. */
  static Dataset<Row> without(Dataset<Row> rows, Dataset<Row> ids, String column) {
    return rows.join(ids.toDF(column), new String[] {column}, "left_anti");
  }

  private static Dataset<Row> downTheRanking(Dataset<Row> few) {
    MapPartitionsFunction<Row, Row> decide = BestStay::gone;
    return few.select(SketchColumns.WORSE_SCORE, SketchColumns.WORSE, SketchColumns.BETTER)
        .coalesce(1)
        .sortWithinPartitions(desc(SketchColumns.WORSE_SCORE), asc(SketchColumns.WORSE))
        .mapPartitions(decide, Encoders.row(SCHEMA));
  }

  /** Of pairs in the order of their worse samples. */
  private static Iterator<Row> gone(Iterator<Row> pairs) {
    Set<String> gone = new HashSet<>();
    while (pairs.hasNext()) {
      Row pair = pairs.next();
      if (!gone.contains(pair.getString(2))) {
        gone.add(pair.getString(1));
      }
    }
    return gone.stream().map(RowFactory::create).iterator();
  }
}
