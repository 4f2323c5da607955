package io.gateau.pipeline.read.json;

import io.gateau.pipeline.read.file.InputFile;
import io.gateau.pipeline.read.file.InputFormat;
import io.gateau.pipeline.read.record.ParsedRecord;
import io.gateau.pipeline.read.record.RawRecord;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordParser;
import io.gateau.pipeline.read.record.RecordRow;
import java.io.IOException;
import java.io.Serial;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/** Streams the records of one JSON file on an executor; holds one record at a time. */
public final class FileRecords implements FlatMapFunction<InputFile, Row> {

  @Serial private static final long serialVersionUID = 1;

  private final SerializableConfiguration hadoop;
  private final ReadConfig config;

  /** Reads files of these file systems in this way; one file per call. */
  public FileRecords(Configuration hadoop, ReadConfig config) {
    this.hadoop = new SerializableConfiguration(hadoop);
    this.config = config;
  }

  @Override
  public Iterator<Row> call(InputFile file) throws IOException {
    RawRecords records =
        new RawRecords(
            new ByteSource(
                file.hadoopPath().getFileSystem(hadoop.value()).open(file.hadoopPath()),
                file.format()),
            InputFormat.shape(file.path()),
            config.maxLineBytes());
    closeAfterTask(records);
    return new Rows(file, records, new RecordParser(config.instruction()));
  }

  private static void closeAfterTask(RawRecords records) {
    TaskContext task = TaskContext.get();
    if (task != null) {
      TaskCompletionListener close =
          context -> {
            try {
              records.close();
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          };
      task.addTaskCompletionListener(close);
    }
  }

  /** Looks one record ahead, so that {@code hasNext} is known. */
  private static final class Rows implements Iterator<Row> {
    private final InputFile file;
    private final RawRecords records;
    private final RecordParser parser;
    private Optional<RawRecord> ahead = Optional.empty();
    private long number;
    private boolean ended;

    Rows(InputFile file, RawRecords records, RecordParser parser) {
      this.file = file;
      this.records = records;
      this.parser = parser;
    }

    @Override
    public boolean hasNext() {
      if (ahead.isEmpty() && !ended) {
        try {
          ahead = records.next();
          ended = ahead.isEmpty();
          if (ended) {
            records.close();
          }
        } catch (IOException e) {
          throw new UncheckedIOException(
              "cannot read %s: %s".formatted(file.path(), e.getMessage()), e);
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
      number++;
      return RecordRow.of(file, number, raw, parsed);
    }
  }
}
