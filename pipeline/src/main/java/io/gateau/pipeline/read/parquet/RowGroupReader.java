package io.gateau.pipeline.read.parquet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.file.InputFile;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;

/** The rows of a row group of a Parquet file, as JSON. */
final class RowGroupReader implements Closeable {

  private final RowGroup rowGroup;
  private final ParquetFileReader file;
  private final RowNodes nodes;
  private final RecordReader<ObjectNode> rows;
  private long read;

  private RowGroupReader(RowGroup rowGroup, ParquetFileReader file, boolean bytesAreText)
      throws IOException {
    this.rowGroup = rowGroup;
    this.file = file;
    MessageType schema = file.getFileMetaData().getSchema();
    this.nodes = new RowNodes(schema, bytesAreText);
    PageReadStore pages = file.readRowGroup(rowGroup.number());
    this.rows = new ColumnIOFactory().getColumnIO(schema).getRecordReader(pages, nodes);
  }

  /**
   * Opens the file and reads the bytes of the row group.
   *
   * @param bytesAreText whether bytes without a mark are text
   * @throws InputException if the row group is damaged
   * @throws UncheckedIOException if the file cannot be read
   */
  static RowGroupReader open(RowGroup rowGroup, Configuration hadoop, boolean bytesAreText) {
    InputFile input = rowGroup.file();
    ParquetFileReader file;
    try {
      file = ParquetInput.open(input, hadoop);
    } catch (IOException e) {
      throw unreadable(input, e);
    }
    try {
      return new RowGroupReader(rowGroup, file, bytesAreText);
    } catch (IOException e) {
      // How the library reports the header of a page that is none.
      boolean header = String.valueOf(e.getMessage()).startsWith("can not read class");
      RuntimeException error =
          header ? DamagedColumn.error(rowGroup, file, e) : unreadable(input, e);
      close(file);
      throw error;
    } catch (RuntimeException e) {
      RuntimeException damaged = DamagedColumn.error(rowGroup, file, e);
      close(file);
      throw damaged;
    }
  }

  /** Whether another row follows. */
  boolean hasNext() {
    return read < rowGroup.rows();
  }

  /**
   * The next row.
   *
   * @throws InputException if a page is damaged
   */
  ObjectNode next() {
    try {
      read++;
      return rows.read();
    } catch (RuntimeException e) {
      throw DamagedColumn.error(rowGroup, file, e);
    }
  }

  /** The number of the last row in its file, counted from 1. */
  long record() {
    return rowGroup.before() + read;
  }

  InputFile input() {
    return rowGroup.file();
  }

  /** Whether all texts of the last row were UTF-8; to be asked once for each row. */
  boolean isUtf8() {
    return nodes.isUtf8();
  }

  private static UncheckedIOException unreadable(InputFile file, IOException e) {
    return new UncheckedIOException("cannot read %s: %s".formatted(file.path(), e.getMessage()), e);
  }

  private static void close(ParquetFileReader file) {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    close(file);
  }
}
