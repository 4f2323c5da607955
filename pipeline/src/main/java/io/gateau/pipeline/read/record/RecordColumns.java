package io.gateau.pipeline.read.record;

import java.util.List;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The columns of the records that were read: docs/method.md, "A sample". */
public final class RecordColumns {

  /**
   * The file, as its full path; without a scheme on the local file system. Of a row of a table the
   * table's name behind {@link ReadConfig#TABLE}, without a version. Never null.
   */
  public static final String FILE = "file";

  /**
   * Where the record starts: 1-based line, or 1-based row number in Parquet; of a table {@link
   * #RECORD}. Never null.
   */
  public static final String LINE = "line";

  /**
   * The 1-based number of the record in its file, rejected ones counted. Never null; file and
   * number together name one record, which file and line do not where an array stands on one line.
   * Tables have no order: there it is a hash of the row, and equal rows share it.
   */
  public static final String RECORD = "record";

  /**
   * Where the bytes of the record start in its file, counted from 0; null where the file cannot be
   * read from the middle: in compressed files and Parquet.
   */
  public static final String OFFSET = "offset";

  /**
   * How many bytes the record has from {@link #OFFSET} on; null where that is. Of a good sample
   * they are {@link #ORIGINAL} in UTF-8.
   */
  public static final String BYTES = "bytes";

  /**
   * The record's id; where it has none, {@code <file name>[<place>]} for an element of an array,
   * counted from 0, and {@code <file name>:<line>} for any other record, where a table's name is
   * its file name. Never null.
   */
  public static final String ID = "id";

  /** Where the sample came from, as the record says; nullable. */
  public static final String SOURCE = "source";

  /** The long input; null only in a rejected row. */
  public static final String CONTEXT = "context";

  /** What is asked about the context; null only in a rejected row. */
  public static final String INSTRUCTION = "instruction";

  /** The target answer; null only in a rejected row. */
  public static final String RESPONSE = "response";

  /** The {@link ContentKey} of the three texts; null only in a rejected row. */
  public static final String CONTENT_KEY = "content_key";

  /**
   * Characters of the three texts, 0 in a rejected row. A character is a Unicode code point, as for
   * Spark's function {@code length}.
   */
  public static final String CHARACTERS = "characters";

  /**
   * The record as read: its JSON text, or a Parquet row as JSON. Never null; a rejected row keeps
   * the first {@value #REJECTED_ORIGINAL} characters.
   */
  public static final String ORIGINAL = "original";

  /** The code of a {@code RejectionReason}; null for a good sample. */
  public static final String REASON = "reason";

  /** A sentence about the rejection; null for a good sample. */
  public static final String DETAIL = "detail";

  /** How many characters of {@link #ORIGINAL} a rejected row keeps. */
  public static final int REJECTED_ORIGINAL = 1_000;

  /** The schema of {@code SampleReader.read}, columns in the order above. */
  public static final StructType SCHEMA =
      new StructType()
          .add(FILE, DataTypes.StringType, false)
          .add(LINE, DataTypes.LongType, false)
          .add(RECORD, DataTypes.LongType, false)
          .add(OFFSET, DataTypes.LongType, true)
          .add(BYTES, DataTypes.LongType, true)
          .add(ID, DataTypes.StringType, false)
          .add(SOURCE, DataTypes.StringType, true)
          .add(CONTEXT, DataTypes.StringType, true)
          .add(INSTRUCTION, DataTypes.StringType, true)
          .add(RESPONSE, DataTypes.StringType, true)
          .add(CONTENT_KEY, DataTypes.StringType, true)
          .add(CHARACTERS, DataTypes.LongType, false)
          .add(ORIGINAL, DataTypes.StringType, false)
          .add(REASON, DataTypes.StringType, true)
          .add(DETAIL, DataTypes.StringType, true);

  /** The columns of the three texts. */
  public static final List<String> TEXTS = List.of(CONTEXT, INSTRUCTION, RESPONSE);

  private RecordColumns() {}
}
