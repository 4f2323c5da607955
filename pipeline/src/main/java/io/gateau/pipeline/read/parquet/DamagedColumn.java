package io.gateau.pipeline.read.parquet;

import io.gateau.pipeline.read.file.InputException;
import java.io.IOException;
import java.util.List;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.hadoop.ParquetFileReader;

/** The error about a row group that cannot be read; it names the column if it can be found. */
final class DamagedColumn {

  private DamagedColumn() {}

  /**
   * Looks for the column by reading each one alone.
   *
   * @param file open; its requested schema is changed
   * @param cause what the library said about all columns together
   */
  static InputException error(RowGroup rowGroup, ParquetFileReader file, Exception cause) {
    for (ColumnDescriptor column : file.getFileMetaData().getSchema().getColumns()) {
      try {
        readPages(rowGroup, file, column);
      } catch (IOException | RuntimeException e) {
        return error(rowGroup, "the column " + String.join(".", column.getPath()), e);
      }
    }
    return error(rowGroup, "one of its columns", cause);
  }

  private static void readPages(RowGroup rowGroup, ParquetFileReader file, ColumnDescriptor column)
      throws IOException {
    file.setRequestedSchema(List.of(column));
    PageReader pages = file.readRowGroup(rowGroup.number()).getPageReader(column);
    pages.readDictionaryPage();
    for (DataPage page = pages.readPage(); page != null; page = pages.readPage()) {
      // Some codecs work only when the bytes are asked for.
      if (page instanceof DataPageV1 first) {
        first.getBytes().toInputStream().readAllBytes();
      } else if (page instanceof DataPageV2 second) {
        second.getData().toInputStream().readAllBytes();
      }
    }
  }

  private static InputException error(RowGroup rowGroup, String column, Exception cause) {
    return new InputException(
        "%s is damaged: %s cannot be read in the rows from %d to %d (%s); get the file again, write it anew, or leave it out of the input"
            .formatted(
                rowGroup.file().path(),
                column,
                rowGroup.before() + 1,
                rowGroup.before() + rowGroup.rows(),
                deepestMessage(cause)),
        cause);
  }

  private static String deepestMessage(Throwable cause) {
    String message = cause.toString();
    for (Throwable at = cause; at != null; at = at.getCause()) {
      message = at.getMessage() == null ? at.toString() : at.getMessage();
    }
    return message.lines().findFirst().orElse("");
  }
}
