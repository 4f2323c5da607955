package io.gateau.pipeline.candidates;

import io.gateau.pipeline.rank.Cut;
import io.gateau.pipeline.rank.SampleRankerModel;
import io.gateau.pipeline.rank.ScoreColumns;
import io.gateau.pipeline.read.record.RecordColumns;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What became of all samples.
 *
 * @param rows all records, with the reason of those that are rejected
 * @param sizes reason to number of rows; the empty text stands for none
 * @param ranker that ranked the others
 * @param ranked the others in the order of their ranks
 * @param cut where the selection ends
 */
public record RankedSamples(
    Dataset<Row> rows,
    Map<String, Long> sizes,
    SampleRankerModel ranker,
    Dataset<Row> ranked,
    Cut cut) {
  /**
   * One of the best rows.
   *
   * @param id of the sample
   * @param score that it is ranked by
   * @param explanation how the score comes about
   */
  public record Shown(String id, double score, String explanation) {}

  /** The first rows, with how their scores come about. */
  public List<Shown> best() {
    return cut.best().stream()
        .map(
            row ->
                new Shown(
                    row.getAs(RecordColumns.ID),
                    row.<Double>getAs(ScoreColumns.SCORE),
                    ranker.explain(row)))
        .toList();
  }
}
