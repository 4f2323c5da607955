package io.gateau.pipeline.read.parquet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gateau.pipeline.read.record.RawRecord;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.read.record.RecordRow;
import io.gateau.pipeline.read.record.RowRecord;
import java.io.Serial;
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
    private final RowRecord records = new RowRecord(config);
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
      String text = RowRecord.text(node);
      RawRecord raw = new RawRecord(number, text, Optional.empty());
      return Optional.of(
          RecordRow.of(reader.input(), number, raw, records.parse(node, text, utf8)));
    }

    private void close() {
      open.ifPresent(RowGroupReader::close);
      open = Optional.empty();
    }
  }
}
