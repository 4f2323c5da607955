package io.gateau.pipeline.samples;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;

import io.gateau.pipeline.read.file.InputFile;
import io.gateau.pipeline.read.parquet.ParquetRecords;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import java.io.Serial;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF4;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import scala.jdk.javaapi.CollectionConverters;

/** Reads the wanted rows of Parquet files and joins them to the narrow rows. */
final class FetchParquet {

  private static final String FOUND_KEY = "found_key";

  private final SparkSession spark;
  private final ReadConfig config;
  private final List<String> added;

  /**
   * A reader of this session.
   *
   * @param added columns of {@link RecordColumns} that are added
   */
  FetchParquet(SparkSession spark, ReadConfig config, List<String> added) {
    this.spark = spark;
    this.config = config;
    this.added = added;
  }

  /** The rows with their records in the last columns; files without a wanted row are not opened. */
  Dataset<Row> fetch(Dataset<Row> rows, List<InputFile> files) {
    Dataset<Row> found =
        records(files, WantedRecords.of(rows))
            .select(
                Stream.concat(
                        Stream.of(
                            col(RecordColumns.FILE),
                            col(RecordColumns.RECORD),
                            col(RecordColumns.CONTENT_KEY).as(FOUND_KEY)),
                        added.stream().map(functions::col))
                    .toArray(Column[]::new));
    List<String> place = List.of(RecordColumns.FILE, RecordColumns.RECORD);
    return rows.join(found, CollectionConverters.asScala(place).toSeq(), "left")
        .where(isSame())
        .select(
            Stream.concat(Stream.of(rows.columns()), added.stream())
                .map(functions::col)
                .toArray(Column[]::new));
  }

  private Dataset<Row> records(List<InputFile> files, WantedRecords wanted) {
    List<InputFile> opened =
        files.stream().filter(file -> wanted.files().contains(file.path())).toList();
    return opened.isEmpty()
        ? spark.createDataFrame(List.of(), RecordColumns.SCHEMA)
        : new ParquetRecords(spark, config).read(opened, wanted);
  }

  private static Column isSame() {
    return udf(new RequireSame(), DataTypes.BooleanType)
        .apply(
            col(RecordColumns.FILE),
            col(RecordColumns.LINE),
            col(RecordColumns.CONTENT_KEY),
            col(FOUND_KEY));
  }

  /** True, or an error where the record that was found is not the one that was scored. */
  private static final class RequireSame implements UDF4<String, Long, String, String, Boolean> {
    @Serial private static final long serialVersionUID = 1;

    @Override
    public Boolean call(String file, Long line, String scored, String found) {
      if (!scored.equals(found)) {
        throw ChangedInput.at(file, line);
      }
      return true;
    }
  }
}
