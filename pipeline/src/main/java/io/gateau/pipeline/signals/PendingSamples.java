package io.gateau.pipeline.signals;

import static org.apache.spark.sql.functions.bit_or;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.struct;

import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.score.ModelSignal;
import io.gateau.score.SampleStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Samples that still miss signals, one for each text: of several samples with the same texts the
 * first by file and record. One shuffle of narrow rows finds them.
 */
public final class PendingSamples {
  /** The signals that are stored: bit i for the i-th one. */
  public static final String STORED = "stored";

  /** What a sample brings along, in the order of {@link #SAMPLE}. */
  private static final List<String> PLACE =
      List.of(
          RecordColumns.FILE,
          RecordColumns.RECORD,
          RecordColumns.LINE,
          RecordColumns.OFFSET,
          RecordColumns.BYTES,
          RecordColumns.CHARACTERS);

  private static final String SAMPLE = "sample";

  private PendingSamples() {}

  /**
   * The signals that a sample misses.
   *
   * @param stored the value of {@link #STORED}
   * @param signals in the order of its bits
   */
  public static List<ModelSignal> missing(long stored, List<ModelSignal> signals) {
    List<ModelSignal> missing = new ArrayList<>();
    for (int i = 0; i < signals.size(); i++) {
      if ((stored >> i & 1) == 0) {
        missing.add(signals.get(i));
      }
    }
    return missing;
  }

  /**
   * The rows of a table that need no computing: all but those of failed attempts that are tried
   * again.
   *
   * @param retried the statuses that are tried again
   */
  static Dataset<Row> done(SignalTable table, Set<SampleStatus> retried) {
    return table
        .stored(List.of())
        .filter(not(col(SignalColumns.STATUS).isin(SignalTable.codes(retried::contains))))
        .select(SignalColumns.CONTENT_KEY);
  }

  /**
   * Samples without those that have all signals, with their places and {@link #STORED}.
   *
   * @param samples good ones
   * @param done content keys of each signal that are stored
   */
  static Dataset<Row> of(Dataset<Row> samples, List<Dataset<Row>> done) {
    Column place = struct(PLACE.stream().map(functions::col).toArray(Column[]::new));
    Dataset<Row> all =
        samples.select(col(RecordColumns.CONTENT_KEY), place.as(SAMPLE), lit(0L).as(STORED));
    for (int i = 0; i < done.size(); i++) {
      all = all.unionByName(done.get(i).withColumn(STORED, lit(1L << i)), true);
    }
    long complete = (1L << done.size()) - 1;
    return all.groupBy(RecordColumns.CONTENT_KEY)
        .agg(min(col(SAMPLE)).as(SAMPLE), bit_or(col(STORED)).as(STORED))
        .filter(col(SAMPLE).isNotNull().and(col(STORED).notEqual(complete)))
        .select(
            Stream.concat(
                    Stream.of(col(RecordColumns.CONTENT_KEY), col(STORED)),
                    PLACE.stream().map(name -> col(SAMPLE).getField(name).as(name)))
                .toArray(Column[]::new));
  }
}
