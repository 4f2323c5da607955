package io.gateau.pipeline.signals;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.length;

import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.score.SampleStatus;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Samples that still miss signals: texts, keys, and the signals of one model that an earlier run
 * has stored. Such signals are not computed again.
 */
public final class PendingSamples {
  /** {@link SignalColumns#SHORT_PPL} of an earlier run; null if there is none. */
  public static final String STORED_SHORT_PPL = "stored_" + SignalColumns.SHORT_PPL;

  /** {@link SignalColumns#LONG_PPL} of an earlier run; null if there is none. */
  public static final String STORED_LONG_PPL = "stored_" + SignalColumns.LONG_PPL;

  /** {@link SignalColumns#SEGMENT_PPL} of an earlier run; null if there is none. */
  public static final String STORED_SEGMENT_PPL = "stored_" + SignalColumns.SEGMENT_PPL;

  /** {@link SignalColumns#SEGMENT_ATTENTION} of an earlier run; null if there is none. */
  public static final String STORED_SEGMENT_ATTENTION = "stored_" + SignalColumns.SEGMENT_ATTENTION;

  /** Characters of the three texts: the measure of progress before tokens are counted. */
  public static final String CHARACTERS = "characters";

  private PendingSamples() {}

  /** Samples with keys, without those that {@code stored} completes. */
  static Dataset<Row> of(Dataset<Row> samples, Dataset<Row> stored) {
    return samples
        .drop(RecordColumns.ORIGINAL, RecordColumns.REASON, RecordColumns.DETAIL)
        .join(complete(stored), names(SignalColumns.SHORT_KEY, SignalColumns.LONG_KEY), "left_anti")
        .join(shortSignals(stored), names(SignalColumns.SHORT_KEY), "left")
        .join(longSignals(stored), names(SignalColumns.LONG_KEY), "left")
        .withColumn(CHARACTERS, characters());
  }

  /** Keys of samples with all their signals or a final status; out of memory is tried again. */
  private static Dataset<Row> complete(Dataset<Row> stored) {
    return stored
        .filter(col(SignalColumns.STATUS).notEqual(SampleStatus.OUT_OF_MEMORY.code()))
        .select(SignalColumns.SHORT_KEY, SignalColumns.LONG_KEY);
  }

  private static Dataset<Row> shortSignals(Dataset<Row> stored) {
    return stored
        .filter(col(SignalColumns.SHORT_PPL).isNotNull())
        .select(col(SignalColumns.SHORT_KEY), col(SignalColumns.SHORT_PPL).as(STORED_SHORT_PPL))
        .dropDuplicates(SignalColumns.SHORT_KEY);
  }

  private static Dataset<Row> longSignals(Dataset<Row> stored) {
    return stored
        .filter(col(SignalColumns.LONG_PPL).isNotNull())
        .select(
            col(SignalColumns.LONG_KEY),
            col(SignalColumns.LONG_PPL).as(STORED_LONG_PPL),
            col(SignalColumns.SEGMENT_PPL).as(STORED_SEGMENT_PPL),
            col(SignalColumns.SEGMENT_ATTENTION).as(STORED_SEGMENT_ATTENTION))
        .dropDuplicates(SignalColumns.LONG_KEY);
  }

  private static Column characters() {
    return length(col(RecordColumns.CONTEXT))
        .plus(length(col(RecordColumns.INSTRUCTION)))
        .plus(length(col(RecordColumns.RESPONSE)))
        .cast("long");
  }

  private static Seq<String> names(String... names) {
    return CollectionConverters.asScala(List.of(names)).toSeq();
  }
}
