package io.gateau.pipeline.samples;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.gateau.pipeline.read.record.RecordColumns;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** The narrow table of the samples: one row per record, good or rejected, without its texts. */
public final class SampleTable {

  private SampleTable() {}

  /**
   * The rows of these records, in no particular order, with {@link SampleColumns#SCHEMA}. Of good
   * samples with one id the first by file and place in it stays good.
   *
   * <p>The records are read once, and only narrow rows are shuffled, once.
   *
   * @param records of {@code SampleReader.read}
   */
  public static Dataset<Row> of(Dataset<Row> records) {
    Column good = col(RecordColumns.REASON).isNull();
    Dataset<Row> narrow =
        records
            .withColumn(
                RecordColumns.ORIGINAL, when(good, lit("")).otherwise(col(RecordColumns.ORIGINAL)))
            .select(SampleColumns.NAMES.stream().map(functions::col).toArray(Column[]::new));
    return DuplicateIds.reject(narrow)
        .withColumn(RecordColumns.CONTENT_KEY, when(good, col(RecordColumns.CONTENT_KEY)))
        .withColumn(
            RecordColumns.CHARACTERS, when(good, col(RecordColumns.CHARACTERS)).otherwise(lit(0L)));
  }
}
