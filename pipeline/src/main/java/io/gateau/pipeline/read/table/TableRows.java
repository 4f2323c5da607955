package io.gateau.pipeline.read.table;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gateau.pipeline.read.parquet.RowFilter;
import io.gateau.pipeline.read.record.RawRecord;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordRow;
import io.gateau.pipeline.read.record.RowRecord;
import java.io.Serial;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Iterator;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;

/** Makes a record of each row of one table, on an executor. */
final class TableRows implements FlatMapFunction<Iterator<InternalRow>, Row> {

  @Serial private static final long serialVersionUID = 1;

  private final String table;
  private final StructType schema;
  private final ReadConfig config;
  private final RowFilter filter;

  /**
   * For rows of this schema.
   *
   * @param table what stands in {@code RecordColumns.FILE}
   */
  TableRows(String table, StructType schema, ReadConfig config, RowFilter filter) {
    this.table = table;
    this.schema = schema;
    this.config = config;
    this.filter = filter;
  }

  @Override
  public Iterator<Row> call(Iterator<InternalRow> rows) {
    RowNodes nodes = new RowNodes(schema);
    RowRecord records = new RowRecord(config);
    Iterable<InternalRow> once = () -> rows;
    return StreamSupport.stream(once.spliterator(), /* parallel= */ false)
        .flatMap(row -> record(nodes, records, row).stream())
        .iterator();
  }

  private Optional<Row> record(RowNodes nodes, RowRecord records, InternalRow row) {
    ObjectNode node = nodes.node(row);
    boolean utf8 = nodes.isUtf8();
    String text = RowRecord.text(node);
    long number = hash(text);
    if (!filter.keeps(table, number)) {
      return Optional.empty();
    }
    RawRecord raw = new RawRecord(number, text, Optional.empty());
    return Optional.of(
        RecordRow.of(
            table,
            table.substring(ReadConfig.TABLE.length()),
            number,
            raw,
            records.parse(node, text, utf8)));
  }

  private static long hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(digest).getLong() & Long.MAX_VALUE;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
