package io.gateau.pipeline.read;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.format_string;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.when;

import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.read.record.RejectionReason;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Rejects every good sample whose id an earlier good sample has; the first by file and place in it
 * stays.
 *
 * <p>Only ids are shuffled. The ids that occur twice, a few bytes each, are broadcast to the long
 * texts, which stay where they were read.
 */
final class DuplicateIds {

  private static final String FIRST = "first";
  private static final String FIRST_ID = "first_id";

  private DuplicateIds() {}

  /** Keeps all rows and columns; duplicates get a reason and a detail. */
  static Dataset<Row> reject(Dataset<Row> records) {
    Column good = col(RecordColumns.REASON).isNull();
    Dataset<Row> firsts =
        records
            .where(good)
            .groupBy(col(RecordColumns.ID).as(FIRST_ID))
            .agg(
                min(struct(
                        col(RecordColumns.FILE),
                        col(RecordColumns.RECORD),
                        col(RecordColumns.LINE)))
                    .as(FIRST),
                count(lit(1)).as("samples"))
            .where(col("samples").gt(1))
            .drop("samples");

    Dataset<Row> joined =
        records.join(
            broadcast(firsts), good.and(col(RecordColumns.ID).equalTo(col(FIRST_ID))), "left");
    Column isFirst = sameAsFirst(RecordColumns.FILE).and(sameAsFirst(RecordColumns.RECORD));
    Column duplicate = col(FIRST_ID).isNotNull().and(not(isFirst));

    return joined.select(
        col(RecordColumns.FILE),
        col(RecordColumns.LINE),
        col(RecordColumns.RECORD),
        col(RecordColumns.ID),
        col(RecordColumns.SOURCE),
        col(RecordColumns.CONTEXT),
        col(RecordColumns.INSTRUCTION),
        col(RecordColumns.RESPONSE),
        when(duplicate, substring(col(RecordColumns.ORIGINAL), 1, RecordColumns.REJECTED_ORIGINAL))
            .otherwise(col(RecordColumns.ORIGINAL))
            .as(RecordColumns.ORIGINAL),
        when(duplicate, lit(RejectionReason.DUPLICATE_ID.code()))
            .otherwise(col(RecordColumns.REASON))
            .as(RecordColumns.REASON),
        when(duplicate, detail()).otherwise(col(RecordColumns.DETAIL)).as(RecordColumns.DETAIL));
  }

  private static Column sameAsFirst(String column) {
    return col(column).equalTo(col(FIRST).getField(column));
  }

  /** Names the line of the first; where both stand on it, also which record of the file it is. */
  private static Column detail() {
    Column sameLine = sameAsFirst(RecordColumns.FILE).and(sameAsFirst(RecordColumns.LINE));
    Column number = format_string(" (record %d)", col(FIRST).getField(RecordColumns.RECORD));
    return format_string(
        "the id '%s' is taken by %s:%d%s; make ids unique, or leave them out",
        col(RecordColumns.ID),
        col(FIRST).getField(RecordColumns.FILE),
        col(FIRST).getField(RecordColumns.LINE),
        when(sameLine, number).otherwise(""));
  }
}
