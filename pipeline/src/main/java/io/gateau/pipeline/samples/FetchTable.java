package io.gateau.pipeline.samples;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;

import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.read.table.TableInput;
import io.gateau.pipeline.read.table.TableRecords;
import java.io.Serial;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF3;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Reads the wanted rows of tables and joins them to the narrow rows. A row has no place in its
 * table; it is known again by the hash of its JSON and by its content key.
 */
final class FetchTable {
  private static final List<String> PLACE =
      List.of(RecordColumns.FILE, RecordColumns.RECORD, RecordColumns.CONTENT_KEY);
  private static final String FOUND = "found";

  private final SparkSession spark;
  private final ReadConfig config;
  private final List<String> added;

  /**
   * A reader of this session.
   *
   * @param added columns of {@link RecordColumns} that are added
   */
  FetchTable(SparkSession spark, ReadConfig config, List<String> added) {
    this.spark = spark;
    this.config = config;
    this.added = added;
  }

  /** The rows with their records in the last columns. Equal rows of a table are one. */
  Dataset<Row> fetch(Dataset<Row> rows, List<TableInput> tables) {
    Dataset<Row> found =
        new TableRecords(spark, config)
            .read(tables, WantedHashes.of(rows))
            .select(
                Stream.concat(PLACE.stream(), added.stream())
                    .map(functions::col)
                    .toArray(Column[]::new))
            .dropDuplicates(PLACE.toArray(new String[0]))
            .withColumn(FOUND, lit(true));
    return rows.join(found, CollectionConverters.asScala(PLACE).toSeq(), "left")
        .where(isFound())
        .select(
            Stream.concat(Stream.of(rows.columns()), added.stream())
                .map(functions::col)
                .toArray(Column[]::new));
  }

  private static Column isFound() {
    return udf(new RequireFound(), DataTypes.BooleanType)
        .apply(col(RecordColumns.FILE), col(RecordColumns.CONTENT_KEY), col(FOUND).isNotNull());
  }

  /** True, or an error where the table no longer has a row that was scored. */
  private static final class RequireFound implements UDF3<String, String, Boolean, Boolean> {
    @Serial private static final long serialVersionUID = 1;

    @Override
    public Boolean call(String table, String key, Boolean found) {
      if (!found) {
        throw ChangedInput.of(table, key);
      }
      return true;
    }
  }
}
