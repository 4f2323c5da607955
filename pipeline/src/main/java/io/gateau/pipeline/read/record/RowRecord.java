package io.gateau.pipeline.read.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

/** Records of rows that are held in columns, in Parquet and in tables. */
public final class RowRecord {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN).build();

  private final RecordParser parser;
  private final int maxLineBytes;

  /** Reads rows in this way. */
  public RowRecord(ReadConfig config) {
    parser = new RecordParser(config.instruction());
    maxLineBytes = config.maxLineBytes();
  }

  /** The JSON text of a row, all columns in their order. */
  public static String text(ObjectNode row) {
    try {
      return JSON.writeValueAsString(row);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a row cannot be written as JSON", e);
    }
  }

  /**
   * The record of a row.
   *
   * @param text its JSON text
   * @param utf8 whether all texts in it were UTF-8
   */
  public ParsedRecord parse(ObjectNode row, String text, boolean utf8) {
    long bytes = bytes(text);
    if (bytes > maxLineBytes) {
      return ParsedRecord.rejected(
          new Rejection(
              RejectionReason.LINE_TOO_LONG,
              "the row is %d bytes long as JSON, over the limit of %d; raise max-line-bytes to read it"
                  .formatted(bytes, maxLineBytes)));
    }
    if (!utf8) {
      return ParsedRecord.rejected(
          new Rejection(
              RejectionReason.INVALID_UTF8, "a text of the row is not valid UTF-8; write it anew"));
    }
    return parser.parse(row);
  }

  /** The length in UTF-8, which is counted only where it may be over the limit. */
  private long bytes(String text) {
    return 3L * text.length() <= maxLineBytes
        ? text.length()
        : text.getBytes(StandardCharsets.UTF_8).length;
  }
}
