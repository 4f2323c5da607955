package io.gateau.pipeline.testing;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gateau.pipeline.read.SampleReader;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.function.Executable;

/** Reads inputs of the tests, and their columns. */
public final class ReadRows {
  private ReadRows() {}

  /** The records in the order of their files and of their places in them. */
  public static List<Row> read(ReadConfig config) {
    return inOrder(SampleReader.read(SparkTestSession.spark(), config));
  }

  /** Rows in the order of their files and of their places in them. */
  public static List<Row> inOrder(Dataset<Row> rows) {
    return rows.collectAsList().stream()
        .sorted(
            Comparator.comparing((Row row) -> text(row, RecordColumns.FILE))
                .thenComparing(row -> row.<Long>getAs(RecordColumns.RECORD)))
        .toList();
  }

  public static List<Row> read(String... input) {
    return read(ReadConfig.of(input));
  }

  /** The error about the input that ends this, perhaps inside errors of Spark. */
  public static InputException refused(Executable reading) {
    Throwable thrown = assertThrows(Throwable.class, reading);
    for (Throwable at = thrown; at != null; at = at.getCause()) {
      if (at instanceof InputException refused) {
        return refused;
      }
    }
    throw new AssertionError("no error about the input", thrown);
  }

  public static String text(Row row, String column) {
    return row.getString(row.fieldIndex(column));
  }

  public static List<String> column(List<Row> rows, String column) {
    return rows.stream().map(row -> text(row, column)).toList();
  }
}
