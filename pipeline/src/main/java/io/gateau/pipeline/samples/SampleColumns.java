package io.gateau.pipeline.samples;

import io.gateau.pipeline.read.record.RecordColumns;
import java.util.List;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of the narrow table of the samples: those of {@link RecordColumns} without the texts.
 *
 * <p>{@link RecordColumns#ORIGINAL} holds the beginning of a record that is rejected by its text,
 * and is empty in all other rows.
 */
public final class SampleColumns {

  /** In the order of {@link #SCHEMA}. */
  public static final List<String> NAMES =
      List.of(
          RecordColumns.FILE,
          RecordColumns.LINE,
          RecordColumns.RECORD,
          RecordColumns.OFFSET,
          RecordColumns.BYTES,
          RecordColumns.ID,
          RecordColumns.SOURCE,
          RecordColumns.CONTENT_KEY,
          RecordColumns.CHARACTERS,
          RecordColumns.REASON,
          RecordColumns.DETAIL,
          RecordColumns.ORIGINAL);

  /** The schema of {@link SampleTable#of}; types and nulls are those of {@link RecordColumns}. */
  public static final StructType SCHEMA =
      new StructType(NAMES.stream().map(RecordColumns.SCHEMA::apply).toArray(StructField[]::new));

  private SampleColumns() {}
}
