package io.gateau.pipeline.candidates;

import io.gateau.pipeline.rank.Cut;
import io.gateau.pipeline.rank.SampleRankerModel;
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
    Cut cut) {}
