package io.gateau.pipeline.signals;

import java.io.IOException;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.MessageType;

/** The rows of one file of the store, whatever columns it has, in their order. */
final class RowsOfFile implements AutoCloseable {
  private final Path file;
  private final MessageType schema;
  private final ParquetReader<Group> reader;

  private RowsOfFile(Path file, MessageType schema, ParquetReader<Group> reader) {
    this.file = file;
    this.schema = schema;
    this.reader = reader;
  }

  /**
   * Opens a file for all of its columns.
   *
   * @throws UnreadableFileException if it is not there or damaged
   */
  static RowsOfFile open(Path file, Configuration hadoop) throws UnreadableFileException {
    return open(file, hadoop, UnaryOperator.identity());
  }

  /**
   * Opens a file for its content keys, which Spark writes as if they could be missing.
   *
   * @throws UnreadableFileException if it is not there or damaged
   */
  static RowsOfFile openKeys(Path file, Configuration hadoop) throws UnreadableFileException {
    return open(
        file,
        hadoop,
        schema -> new MessageType(schema.getName(), schema.getType(SignalColumns.CONTENT_KEY)));
  }

  private static RowsOfFile open(
      Path file, Configuration hadoop, UnaryOperator<MessageType> columns)
      throws UnreadableFileException {
    try (ParquetFileReader footer =
        ParquetFileReader.open(HadoopInputFile.fromPath(file, hadoop))) {
      MessageType schema = columns.apply(footer.getFileMetaData().getSchema());
      Configuration projected = new Configuration(hadoop);
      projected.set(ReadSupport.PARQUET_READ_SCHEMA, schema.toString());
      return new RowsOfFile(
          file,
          schema,
          ParquetReader.builder(new GroupReadSupport(), file).withConf(projected).build());
    } catch (IOException | RuntimeException e) {
      throw new UnreadableFileException(file.getName(), e);
    }
  }

  /** The columns of the rows. */
  MessageType schema() {
    return schema;
  }

  /**
   * The next row, or null behind the last one.
   *
   * @throws UnreadableFileException if it is damaged
   */
  Group next() throws UnreadableFileException {
    try {
      return reader.read();
    } catch (IOException | RuntimeException e) {
      throw new UnreadableFileException(file.getName(), e);
    }
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
