package io.gateau.pipeline.samples;

import io.gateau.pipeline.read.file.InputFile;
import io.gateau.pipeline.read.record.ByteRange;
import io.gateau.pipeline.read.record.ParsedRecord;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import java.io.IOException;
import java.io.Serial;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Puts the text of its record behind each row, on an executor. The rows of a file stand together in
 * the order of their records, so that a file is opened once in a task.
 */
final class FetchJson implements MapPartitionsFunction<Row, Row> {
  @Serial private static final long serialVersionUID = 1;

  private final Map<String, InputFile> files = new HashMap<>();
  private final ReadConfig config;
  private final List<String> added;
  private final SerializableConfiguration hadoop;

  FetchJson(List<InputFile> files, ReadConfig config, List<String> added, Configuration hadoop) {
    files.forEach(file -> this.files.put(file.path(), file));
    this.config = config;
    this.added = added;
    this.hadoop = new SerializableConfiguration(hadoop);
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    Rows fetched = new Rows(rows);
    TaskContext task = TaskContext.get();
    if (task != null) {
      TaskCompletionListener close = context -> fetched.close();
      task.addTaskCompletionListener(close);
    }
    return fetched;
  }

  private final class Rows implements Iterator<Row> {
    private final Iterator<Row> rows;
    private final PlacedTexts texts = new PlacedTexts(config, hadoop.value());

    Rows(Iterator<Row> rows) {
      this.rows = rows;
    }

    @Override
    public boolean hasNext() {
      boolean more = rows.hasNext();
      if (!more) {
        close();
      }
      return more;
    }

    @Override
    public Row next() {
      Row row = rows.next();
      PlacedTexts.Found found = found(row);
      Object[] values = new Object[row.length() + added.size()];
      for (int i = 0; i < row.length(); i++) {
        values[i] = row.get(i);
      }
      for (int i = 0; i < added.size(); i++) {
        values[row.length() + i] = value(added.get(i), found);
      }
      return RowFactory.create(values);
    }

    private PlacedTexts.Found found(Row row) {
      String file = row.getAs(RecordColumns.FILE);
      long line = row.<Long>getAs(RecordColumns.LINE);
      InputFile input = files.get(file);
      if (input == null) {
        throw ChangedInput.at(file, line);
      }
      Optional<Long> offset = Optional.ofNullable(row.getAs(RecordColumns.OFFSET));
      return texts.read(
          input,
          new PlacedTexts.Place(
              line,
              row.<Long>getAs(RecordColumns.RECORD),
              offset.map(start -> new ByteRange(start, row.<Long>getAs(RecordColumns.BYTES)))),
          row.getAs(RecordColumns.CONTENT_KEY));
    }

    private static String value(String column, PlacedTexts.Found found) {
      ParsedRecord parsed = found.parsed();
      return switch (column) {
        case RecordColumns.ORIGINAL -> found.text();
        case RecordColumns.CONTEXT -> parsed.context().orElseThrow();
        case RecordColumns.INSTRUCTION -> parsed.instruction().orElseThrow();
        case RecordColumns.RESPONSE -> parsed.response().orElseThrow();
        default -> throw new IllegalArgumentException("a record has no text " + column);
      };
    }

    private void close() {
      try {
        texts.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
