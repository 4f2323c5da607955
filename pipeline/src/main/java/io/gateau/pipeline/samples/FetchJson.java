package io.gateau.pipeline.samples;

import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.file.InputFile;
import io.gateau.pipeline.read.json.FileTexts;
import io.gateau.pipeline.read.json.RecordTexts;
import io.gateau.pipeline.read.record.ByteRange;
import io.gateau.pipeline.read.record.ParsedRecord;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.read.record.RecordParser;
import java.io.FileNotFoundException;
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
    private final RecordParser parser = new RecordParser(config.instruction());
    private String openFile = "";
    private Optional<RecordTexts> open = Optional.empty();

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
      String file = row.getAs(RecordColumns.FILE);
      String key = row.getAs(RecordColumns.CONTENT_KEY);
      String text = text(file, row).orElseThrow(() -> changed(row));
      ParsedRecord parsed = parser.parse(text);
      if (!parsed.contentKey().equals(Optional.of(key))) {
        throw changed(row);
      }
      Object[] values = new Object[row.length() + added.size()];
      for (int i = 0; i < row.length(); i++) {
        values[i] = row.get(i);
      }
      for (int i = 0; i < added.size(); i++) {
        values[row.length() + i] = value(added.get(i), text, parsed);
      }
      return RowFactory.create(values);
    }

    private static InputException changed(Row row) {
      return ChangedInput.at(row.getAs(RecordColumns.FILE), row.getAs(RecordColumns.LINE));
    }

    private static String value(String column, String text, ParsedRecord parsed) {
      return switch (column) {
        case RecordColumns.ORIGINAL -> text;
        case RecordColumns.CONTEXT -> parsed.context().orElseThrow();
        case RecordColumns.INSTRUCTION -> parsed.instruction().orElseThrow();
        case RecordColumns.RESPONSE -> parsed.response().orElseThrow();
        default -> throw new IllegalArgumentException("a record has no text " + column);
      };
    }

    private Optional<String> text(String file, Row row) {
      Optional<Long> offset = Optional.ofNullable(row.getAs(RecordColumns.OFFSET));
      Optional<ByteRange> range =
          offset.map(start -> new ByteRange(start, row.<Long>getAs(RecordColumns.BYTES)));
      try {
        if (!file.equals(openFile)) {
          open(file);
        }
        return open.isEmpty()
            ? Optional.empty()
            : open.get().text(row.getAs(RecordColumns.RECORD), range);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read %s: %s".formatted(file, e.getMessage()), e);
      }
    }

    /** Opens nothing where the file is gone. */
    private void open(String file) throws IOException {
      close();
      openFile = file;
      InputFile input = files.get(file);
      if (input != null) {
        try {
          open = Optional.of(FileTexts.open(input, hadoop.value(), config.maxLineBytes()));
        } catch (FileNotFoundException e) {
          open = Optional.empty();
        }
      }
    }

    private void close() {
      try {
        if (open.isPresent()) {
          open.get().close();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } finally {
        open = Optional.empty();
      }
    }
  }
}
