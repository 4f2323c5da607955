package io.gateau.pipeline.read.parquet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gateau.pipeline.read.record.ParsedRecord;
import io.gateau.pipeline.read.record.RawRecord;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.read.record.RecordParser;
import io.gateau.pipeline.read.record.RecordRow;
import io.gateau.pipeline.read.record.Rejection;
import io.gateau.pipeline.read.record.RejectionReason;
import java.io.Serial;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Reads the row groups of one task on an executor: each row becomes JSON and a record of {@link
 * RecordColumns#SCHEMA}. One row group is in memory at a time, compressed.
 */
final class ParquetRows implements FlatMapFunction<List<RowGroup>, Row> {

  @Serial private static final long serialVersionUID = 1;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN).build();

  private final SerializableConfiguration hadoop;
  private final ReadConfig config;
  private final RowFilter filter;
  private final boolean bytesAreText;

  /**
   * Reads files of these file systems in this way.
   *
   * @param bytesAreText whether bytes without a mark are text
   */
  ParquetRows(Configuration hadoop, ReadConfig config, RowFilter filter, boolean bytesAreText) {
    this.hadoop = new SerializableConfiguration(hadoop);
    this.config = config;
    this.filter = filter;
    this.bytesAreText = bytesAreText;
  }

  @Override
  public Iterator<Row> call(List<RowGroup> rowGroups) {
    Rows rows = new Rows(rowGroups.iterator());
    TaskContext task = TaskContext.get();
    if (task != null) {
      TaskCompletionListener close = context -> rows.close();
      task.addTaskCompletionListener(close);
    }
    return rows;
  }

  private final class Rows implements Iterator<Row> {
    private final Iterator<RowGroup> rowGroups;
    private final RecordParser parser = new RecordParser(config.instruction());
    private Optional<RowGroupReader> open = Optional.empty();
    private Optional<Row> ahead = Optional.empty();

    Rows(Iterator<RowGroup> rowGroups) {
      this.rowGroups = rowGroups;
    }

    @Override
    public boolean hasNext() {
      while (ahead.isEmpty() && (open.isPresent() || rowGroups.hasNext())) {
        if (open.isEmpty()) {
          RowGroup next = rowGroups.next();
          if (next.hasKept(filter)) {
            open = Optional.of(RowGroupReader.open(next, hadoop.value(), bytesAreText));
          }
        } else if (open.get().hasNext()) {
          ahead = row(open.get());
        } else {
          close();
        }
      }
      return ahead.isPresent();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Row row = ahead.orElseThrow();
      ahead = Optional.empty();
      return row;
    }

    private Optional<Row> row(RowGroupReader reader) {
      ObjectNode node = reader.next();
      boolean utf8 = reader.isUtf8();
      long number = reader.record();
      if (!filter.keeps(reader.input().path(), number)) {
        return Optional.empty();
      }
      String text = text(node);
      RawRecord raw = new RawRecord(number, text, Optional.empty());
      return Optional.of(RecordRow.of(reader.input(), number, raw, parse(node, text, utf8)));
    }

    private static String text(ObjectNode node) {
      try {
        return JSON.writeValueAsString(node);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("a row cannot be written as JSON", e);
      }
    }

    private ParsedRecord parse(ObjectNode node, String text, boolean utf8) {
      if (bytes(text) > config.maxLineBytes()) {
        return ParsedRecord.rejected(
            new Rejection(
                RejectionReason.LINE_TOO_LONG,
                "the row is %d bytes long as JSON, over the limit of %d; raise max-line-bytes to read it"
                    .formatted(bytes(text), config.maxLineBytes())));
      }
      if (!utf8) {
        return ParsedRecord.rejected(
            new Rejection(
                RejectionReason.INVALID_UTF8,
                "a text of the row is not valid UTF-8; write it anew"));
      }
      return parser.parse(node);
    }

    /** The length in UTF-8, which is counted only where it may be over the limit. */
    private long bytes(String text) {
      return 3L * text.length() <= config.maxLineBytes()
          ? text.length()
          : text.getBytes(StandardCharsets.UTF_8).length;
    }

    private void close() {
      open.ifPresent(RowGroupReader::close);
      open = Optional.empty();
    }
  }
}
