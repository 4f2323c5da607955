package io.gateau.pipeline.samples;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.format_string;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.read.record.RejectionReason;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * Rejects every good sample whose id an earlier good sample has; the first by file and place in it
 * stays. Of equal rows of a table, which have one place, one stays.
 *
 * <p>It costs one shuffle of the columns that are used afterwards: Spark leaves out the others.
 */
public final class DuplicateIds {

  private static final String FIRST = "first";
  private static final String NUMBER = "number";

  private DuplicateIds() {}

  /**
   * Keeps all rows and columns; duplicates get a reason, a detail and an empty original, for their
   * file and line are named.
   *
   * @param records rows with file, line, record, id, original, reason and detail
   */
  public static Dataset<Row> reject(Dataset<Row> records) {
    Column good = col(RecordColumns.REASON).isNull();
    Column place =
        struct(col(RecordColumns.FILE), col(RecordColumns.RECORD), col(RecordColumns.LINE));
    WindowSpec inOrder = withEqualId(good).orderBy(place);
    Column duplicate = good.and(col(NUMBER).gt(lit(1)));
    return records
        .withColumns(
            Map.of(
                NUMBER, row_number().over(inOrder),
                FIRST, first(place).over(inOrder)))
        .withColumn(
            RecordColumns.ORIGINAL, when(duplicate, lit("")).otherwise(col(RecordColumns.ORIGINAL)))
        .withColumn(
            RecordColumns.DETAIL, when(duplicate, detail()).otherwise(col(RecordColumns.DETAIL)))
        .withColumn(
            RecordColumns.REASON,
            when(duplicate, lit(RejectionReason.DUPLICATE_ID.code()))
                .otherwise(col(RecordColumns.REASON)))
        .drop(FIRST, NUMBER);
  }

  /** The good samples of one id; a rejected record is alone, whatever id it has. */
  private static WindowSpec withEqualId(Column good) {
    return Window.partitionBy(
        when(good, col(RecordColumns.ID)).otherwise(col(RecordColumns.FILE)),
        when(good, lit(0L)).otherwise(col(RecordColumns.RECORD)));
  }

  private static Column sameAsFirst(String column) {
    return col(column).equalTo(col(FIRST).getField(column));
  }

  /** Names the line of the first; where both stand on it, also which record of the file it is. */
  private static Column detail() {
    Column file = col(FIRST).getField(RecordColumns.FILE);
    Column sameLine = sameAsFirst(RecordColumns.FILE).and(sameAsFirst(RecordColumns.LINE));
    Column number = format_string(" (record %d)", col(FIRST).getField(RecordColumns.RECORD));
    Column inFile =
        format_string(
            "%s:%d%s",
            file, col(FIRST).getField(RecordColumns.LINE), when(sameLine, number).otherwise(""));
    Column inTable = format_string("another row of %s", file);
    return format_string(
        "the id '%s' is taken by %s; make ids unique, or leave them out",
        col(RecordColumns.ID), when(file.startsWith(ReadConfig.TABLE), inTable).otherwise(inFile));
  }
}
