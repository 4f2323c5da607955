package io.gateau.pipeline.read.record;

import io.gateau.pipeline.read.file.InputFile;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Makes the row of one record, in the order of {@link RecordColumns#SCHEMA}. */
public final class RecordRow {

  private RecordRow() {}

  /** The row of the record that is the {@code number}th of its file, counted from 1. */
  public static Row of(InputFile file, long number, RawRecord raw, ParsedRecord record) {
    return of(file.path(), file.name(), number, raw, record);
  }

  /**
   * The row of a record that is in no file.
   *
   * @param place what stands in {@link RecordColumns#FILE}
   * @param name what the id of a record without one begins with
   * @param number what stands in {@link RecordColumns#RECORD}
   */
  public static Row of(String place, String name, long number, RawRecord raw, ParsedRecord record) {
    return RowFactory.create(
        place,
        raw.line(),
        number,
        raw.range().map(ByteRange::offset).orElse(null),
        raw.range().map(ByteRange::bytes).orElse(null),
        record.id().orElseGet(() -> name + raw.place()),
        record.source().orElse(null),
        record.context().orElse(null),
        record.instruction().orElse(null),
        record.response().orElse(null),
        record.contentKey().orElse(null),
        record.characters(),
        record.rejection().isEmpty() ? raw.text() : beginning(raw.text()),
        record.rejection().map(r -> r.reason().code()).orElse(null),
        record.rejection().map(Rejection::detail).orElse(null));
  }

  /** What a rejected row keeps of its original; a surrogate pair is not cut in two. */
  private static String beginning(String original) {
    int end = RecordColumns.REJECTED_ORIGINAL;
    if (original.length() <= end) {
      return original;
    }
    return original.substring(
        0, Character.isHighSurrogate(original.charAt(end - 1)) ? end - 1 : end);
  }
}
