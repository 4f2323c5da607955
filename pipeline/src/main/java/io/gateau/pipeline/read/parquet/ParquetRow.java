package io.gateau.pipeline.read.parquet;

import io.gateau.pipeline.read.file.InputFile;
import io.gateau.pipeline.read.record.ParsedRecord;
import io.gateau.pipeline.read.record.RawRecord;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.read.record.RecordParser;
import io.gateau.pipeline.read.record.RecordRow;
import io.gateau.pipeline.read.record.Rejection;
import io.gateau.pipeline.read.record.RejectionReason;
import java.io.Serial;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** Parses one Parquet row: (file, index, utf8, json, bytes) to {@link RecordColumns#SCHEMA}. */
final class ParquetRow implements MapFunction<Row, Row> {

  @Serial private static final long serialVersionUID = 1;

  private final Map<String, InputFile> files = new HashMap<>();
  private final ParquetTypes types;
  private final ReadConfig config;
  private transient RecordParser parser;

  ParquetRow(List<InputFile> files, StructType schema, ReadConfig config) {
    this.types = new ParquetTypes(schema);
    files.forEach(file -> this.files.put(file.path(), file));
    this.config = config;
  }

  @Override
  public Row call(Row row) {
    if (parser == null) {
      parser = new RecordParser(config.instruction());
    }
    String path = InputFile.display(URI.create(row.getString(0)));
    InputFile file = files.get(path);
    if (file == null) {
      throw new IllegalStateException("Spark read %s, which was not asked for".formatted(path));
    }
    long number = row.getLong(1) + 1;
    RawRecord raw = new RawRecord(number, row.getString(3), Optional.empty());
    return RecordRow.of(file, number, raw, parse(row));
  }

  private ParsedRecord parse(Row row) {
    int bytes = row.getInt(4);
    if (bytes > config.maxLineBytes()) {
      return ParsedRecord.rejected(
          new Rejection(
              RejectionReason.LINE_TOO_LONG,
              "the row is %d bytes long as JSON, over the limit of %d; raise max-line-bytes to read it"
                  .formatted(bytes, config.maxLineBytes())));
    }
    if (!row.getBoolean(2)) {
      return ParsedRecord.rejected(
          new Rejection(
              RejectionReason.INVALID_UTF8, "a text of the row is not valid UTF-8; write it anew"));
    }
    return parser.parse(row.getString(3), types::restored);
  }
}
