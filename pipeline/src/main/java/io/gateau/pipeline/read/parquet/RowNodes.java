package io.gateau.pipeline.read.parquet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.MessageType;

/** Makes a JSON object of each row; nulls and all columns are kept. */
final class RowNodes extends RecordMaterializer<ObjectNode> {

  private final TextCheck check = new TextCheck();
  private final GroupConverter root;
  private ObjectNode row;

  /**
   * For rows of this schema.
   *
   * @param bytesAreText whether bytes without a mark are text
   */
  RowNodes(MessageType schema, boolean bytesAreText) {
    ColumnConverters converters = new ColumnConverters(check, bytesAreText);
    root = new StructConverter(schema, converters, node -> row = node);
  }

  /** Whether all texts of the last row were UTF-8: Parquet does not check it. */
  boolean isUtf8() {
    return check.takeResult();
  }

  @Override
  public ObjectNode getCurrentRecord() {
    return row;
  }

  @Override
  public GroupConverter getRootConverter() {
    return root;
  }
}
