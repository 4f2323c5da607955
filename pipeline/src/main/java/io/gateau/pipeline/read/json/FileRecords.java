package io.gateau.pipeline.read.json;

import io.gateau.pipeline.read.record.ParsedRecord;
import io.gateau.pipeline.read.record.RawRecord;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordParser;
import io.gateau.pipeline.read.record.RecordRow;
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
 * Streams the records of the files and parts of files of one task on an executor; holds one record
 * at a time and has one file open.
 */
final class FileRecords implements FlatMapFunction<List<FilePart>, Row> {

  @Serial private static final long serialVersionUID = 1;

  private final SerializableConfiguration hadoop;
  private final ReadConfig config;

  /** Reads files of these file systems in this way. */
  FileRecords(Configuration hadoop, ReadConfig config) {
    this.hadoop = new SerializableConfiguration(hadoop);
    this.config = config;
  }

  @Override
  public Iterator<Row> call(List<FilePart> parts) {
    Rows rows = new Rows(parts.iterator());
    TaskContext task = TaskContext.get();
    if (task != null) {
      TaskCompletionListener close = context -> rows.close();
      task.addTaskCompletionListener(close);
    }
    return rows;
  }

  /** Looks one record ahead, so that {@code hasNext} is known. */
  private final class Rows implements Iterator<Row> {
    private final Iterator<FilePart> parts;
    private final RecordParser parser = new RecordParser(config.instruction());
    private Optional<OpenPart> open = Optional.empty();
    private Optional<RawRecord> ahead = Optional.empty();

    Rows(Iterator<FilePart> parts) {
      this.parts = parts;
    }

    @Override
    public boolean hasNext() {
      while (ahead.isEmpty() && (open.isPresent() || parts.hasNext())) {
        if (open.isEmpty()) {
          open = Optional.of(OpenPart.of(parts.next(), hadoop.value(), config));
        }
        ahead = open.get().next();
        if (ahead.isEmpty()) {
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
      RawRecord raw = ahead.orElseThrow();
      ahead = Optional.empty();
      ParsedRecord parsed =
          raw.fault().map(ParsedRecord::rejected).orElseGet(() -> parser.parse(raw.text()));
      OpenPart part = open.orElseThrow();
      return RecordRow.of(part.file(), part.records(), raw, parsed);
    }

    private void close() {
      open.ifPresent(OpenPart::close);
      open = Optional.empty();
    }
  }
}
