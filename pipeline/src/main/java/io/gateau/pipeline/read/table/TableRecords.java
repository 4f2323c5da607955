package io.gateau.pipeline.read.table;

import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.parquet.RowFilter;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Reads tables, each row turned into JSON and parsed like any other record; a null stays in the
 * JSON, so that the original has all its columns.
 *
 * <p>A table has no order, so the place of a row is its content: {@link RecordColumns#RECORD} and
 * {@link RecordColumns#LINE} are the first 63 bits of the SHA-256 of its JSON.
 */
public final class TableRecords {

  /** The columns that are one text each. */
  private static final Set<String> TEXT =
      Set.of("id", "source", "dataset", "context", "instruction", "response", "input", "output");

  private final SparkSession spark;
  private final ReadConfig config;

  /** A reader of this session. */
  public TableRecords(SparkSession spark, ReadConfig config) {
    this.spark = spark;
    this.config = config;
  }

  /**
   * The rows of all tables with {@link RecordColumns#SCHEMA}.
   *
   * @param tables at least one
   * @throws InputException if a table cannot be read
   */
  public Dataset<Row> read(List<TableInput> tables) {
    return read(tables, (file, record) -> true);
  }

  /** The same of the rows that the filter keeps. */
  public Dataset<Row> read(List<TableInput> tables, RowFilter filter) {
    return tables.stream().map(table -> read(table, filter)).reduce(Dataset::union).orElseThrow();
  }

  private Dataset<Row> read(TableInput table, RowFilter filter) {
    Dataset<Row> rows = table.rows(spark);
    requireTexts(table, rows.schema());
    JavaRDD<Row> records =
        rows.queryExecution()
            .toRdd()
            .toJavaRDD()
            .mapPartitions(new TableRows(table.file(), rows.schema(), config, filter));
    return spark.createDataFrame(records, RecordColumns.SCHEMA);
  }

  private static void requireTexts(TableInput table, StructType schema) {
    for (StructField column : schema.fields()) {
      if (TEXT.contains(column.name()) && column.dataType() instanceof BinaryType) {
        throw new InputException(
            "the column %s of %s holds bytes, not text; name a view of the table that casts it to STRING"
                .formatted(column.name(), table.name()));
      }
    }
  }
}
