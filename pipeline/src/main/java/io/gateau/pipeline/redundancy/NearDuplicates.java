package io.gateau.pipeline.redundancy;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.format_string;
import static org.apache.spark.sql.functions.get;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min_by;
import static org.apache.spark.sql.functions.negate;
import static org.apache.spark.sql.functions.struct;

import io.gateau.pipeline.rank.ScoreColumns;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.samples.OriginalRecords;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Finds the samples that are near-duplicates of a better one that stays: the ranking is gone down,
 * by score, descending, then by id, and a sample goes if its texts are similar to those of one that
 * has stayed. The result does not depend on partitions.
 *
 * <p>Samples with equal shingles are one group at once. The best of each group are compared where
 * locality-sensitive hashing ({@link io.gateau.math.text.Bands}) says so, which finds a pair that
 * is just similar enough with a chance of 0.999; then by the exact Jaccard similarity of their
 * shingles. Where many share a band, each is compared with the best of them only: {@link
 * BandPairs}.
 *
 * <p>Why not {@code approxSimilarityJoin} of Spark MLlib: docs/redundancy.md, "How it is found".
 */
public final class NearDuplicates {
  /** Why a sample goes; the other column is {@link RecordColumns#ID}. */
  public static final String DETAIL = RecordColumns.DETAIL;

  /** What {@link OriginalRecords} needs of a sample. */
  private static final List<String> NARROW =
      List.of(
          RecordColumns.ID,
          ScoreColumns.SCORE,
          RecordColumns.FILE,
          RecordColumns.LINE,
          RecordColumns.RECORD,
          RecordColumns.OFFSET,
          RecordColumns.BYTES,
          RecordColumns.CONTENT_KEY);

  private final RedundancyConfig config;
  private final ReadConfig records;
  private final UnaryOperator<Dataset<Row>> cache;

  /**
   * A search.
   *
   * @param records how the input was read, and where it is
   * @param cache persists a table, until the result is no longer used
   */
  public NearDuplicates(
      RedundancyConfig config, ReadConfig records, UnaryOperator<Dataset<Row>> cache) {
    this.config = config;
    this.records = records;
    this.cache = table -> withShortPlan(cache.apply(table));
  }

  /**
   * The same rows, whose plan begins here. Spark describes the plan of a persisted table in the
   * plan of every query over it, so that plans over tables over tables would grow exponentially.
   */
  private static Dataset<Row> withShortPlan(Dataset<Row> persisted) {
    return persisted.sparkSession().createDataFrame(persisted.javaRDD(), persisted.schema());
  }

  /**
   * The samples that go, each once, with {@link RecordColumns#ID} and {@link #DETAIL}, in no
   * particular order, persisted. All texts are read once, and those of samples with a candidate
   * once more.
   *
   * @param scored rows with a score, an id that is unique, and the columns that {@link
   *     OriginalRecords#fetch} takes
   */
  public Dataset<Row> find(Dataset<Row> scored) {
    Dataset<Row> groups = cache.apply(groups(texts(scored)));
    Dataset<Row> best = groups.filter(col(RecordColumns.ID).equalTo(col(SketchColumns.FIRST)));
    Dataset<Row> pairs = cache.apply(BandPairs.of(best));
    Dataset<Row> compared =
        best.join(
            pairs
                .select(col(SketchColumns.WORSE).as(RecordColumns.ID))
                .union(pairs.select(col(SketchColumns.BETTER)))
                .distinct(),
            new String[] {RecordColumns.ID},
            "left_semi");
    ShingleSets sets = new ShingleSets(config);
    Dataset<Row> similar = cache.apply(sets.similar(pairs, cache.apply(sets.of(texts(compared)))));
    Dataset<Row> beaten = beaten(similar);
    return cache.apply(details(groups, beaten));
  }

  private Dataset<Row> texts(Dataset<Row> rows) {
    Column[] narrow = NARROW.stream().map(functions::col).toArray(Column[]::new);
    return OriginalRecords.fetchTexts(rows.sparkSession(), rows.select(narrow), records);
  }

  /** The sketch of every sample, with the best one of its shingles in a last column. */
  private Dataset<Row> groups(Dataset<Row> texts) {
    Dataset<Row> sketches = cache.apply(Sketches.of(texts, config, NARROW));
    // Not a window, which would let one task sort all samples with one popular text.
    Dataset<Row> firsts =
        sketches
            .groupBy(SketchColumns.FINGERPRINT)
            .agg(
                min_by(
                        col(RecordColumns.ID),
                        struct(negate(col(ScoreColumns.SCORE)), col(RecordColumns.ID)))
                    .as(SketchColumns.FIRST));
    List<Column> columns = new ArrayList<>();
    for (String name : sketches.columns()) {
      columns.add(col(name));
    }
    columns.add(col(SketchColumns.FIRST));
    return sketches
        .join(firsts, new String[] {SketchColumns.FINGERPRINT})
        .select(columns.toArray(new Column[0]));
  }

  /** The samples that go, with the best one that stays and is similar, and how similar it is. */
  private Dataset<Row> beaten(Dataset<Row> similar) {
    Dataset<Row> gone = cache.apply(new BestStay(cache).gone(similar));
    return BestStay.without(
            similar.join(gone, new String[] {SketchColumns.WORSE}, "left_semi"),
            gone,
            SketchColumns.BETTER)
        .groupBy(col(SketchColumns.WORSE).as(SketchColumns.FIRST))
        .agg(
            min_by(
                    struct(SketchColumns.BETTER, SketchColumns.SIMILARITIES),
                    struct(negate(col(SketchColumns.BETTER_SCORE)), col(SketchColumns.BETTER)))
                .as("by"))
        .select(SketchColumns.FIRST, "by.*");
  }

  /** A sample whose equals are beaten is beaten with them, any other one by the best of these. */
  private Dataset<Row> details(Dataset<Row> groups, Dataset<Row> beaten) {
    Column other = coalesce(col(SketchColumns.BETTER), col(SketchColumns.FIRST));
    List<Column> parts = new ArrayList<>();
    List<String> texts = config.dedup().columns();
    for (int i = 0; i < texts.size(); i++) {
      // Rounded down: only what is equal is 1.00 similar.
      Column similarity =
          floor(get(col(SketchColumns.SIMILARITIES), lit(i)).multiply(100).plus(1e-9)).divide(100);
      parts.add(
          i == 0
              ? format_string(
                  "%.2f similar to %s in its " + texts.get(i),
                  coalesce(similarity, lit(1.0)),
                  other)
              : format_string("%.2f in its " + texts.get(i), coalesce(similarity, lit(1.0))));
    }
    return groups
        .select(RecordColumns.ID, SketchColumns.FIRST)
        .join(beaten, new String[] {SketchColumns.FIRST}, "left_outer")
        .filter(
            col(SketchColumns.BETTER)
                .isNotNull()
                .or(col(RecordColumns.ID).notEqual(col(SketchColumns.FIRST))))
        .select(col(RecordColumns.ID), concat_ws(" and ", parts.toArray(Column[]::new)).as(DETAIL));
  }
}
