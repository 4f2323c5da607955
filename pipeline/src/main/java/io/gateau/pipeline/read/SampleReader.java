package io.gateau.pipeline.read;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.struct;

import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.file.InputFile;
import io.gateau.pipeline.read.file.InputFiles;
import io.gateau.pipeline.read.file.InputFormat;
import io.gateau.pipeline.read.json.JsonRecords;
import io.gateau.pipeline.read.parquet.ParquetRecords;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.read.table.TableInput;
import io.gateau.pipeline.read.table.TableRecords;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Reads instruction samples: every line that is not blank, every array element and every row of
 * Parquet and of a table gives exactly one row, good or rejected (docs/method.md, "A sample").
 *
 * <p>JSON files are streamed on the executors and nothing is cached: several tasks read a large
 * file of lines, and one task several small files. Whether two records have one id is not looked at
 * here.
 */
public final class SampleReader {

  private static final String PLACE = "place";

  private SampleReader() {}

  /**
   * The records of the input, in no particular order, with {@link RecordColumns#SCHEMA}.
   *
   * <p>Files are listed, the lines of large ones counted and Parquet footers checked at once;
   * records are read when the dataset is used. A file without records gives no row; {@link #files}
   * names it still.
   *
   * @throws InputException if an input does not exist, holds no file of a known extension, or holds
   *     an unreadable Parquet file, or if a table cannot be used
   */
  public static Dataset<Row> read(SparkSession spark, ReadConfig config) {
    Map<Boolean, List<InputFile>> files =
        find(spark, config).stream()
            .collect(Collectors.partitioningBy(file -> file.format() == InputFormat.PARQUET));
    List<InputFile> json = files.getOrDefault(false, List.of());
    List<InputFile> parquet = files.getOrDefault(true, List.of());

    List<Dataset<Row>> parts = new ArrayList<>();
    if (!json.isEmpty()) {
      parts.add(JsonRecords.read(spark, config, json));
    }
    if (!parquet.isEmpty()) {
      parts.add(new ParquetRecords(spark, config).read(parquet));
    }
    List<TableInput> tables = TableInput.of(spark, config);
    if (!tables.isEmpty()) {
      parts.add(new TableRecords(spark, config).read(tables));
    }
    Dataset<Row> all = parts.stream().reduce(Dataset::union).orElseThrow();
    return config.limit() == ReadConfig.NO_LIMIT ? all : first(all, config.limit());
  }

  /** Finds the last place that is wanted first, so that no task holds more than narrow rows. */
  private static Dataset<Row> first(Dataset<Row> all, int limit) {
    Column place = struct(col(RecordColumns.FILE), col(RecordColumns.RECORD));
    Row last = all.select(place.as(PLACE)).orderBy(PLACE).limit(limit).agg(max(PLACE)).first();
    return last.isNullAt(0)
        ? all
        : all.where(
            place.leq(
                struct(lit(last.getStruct(0).getString(0)), lit(last.getStruct(0).getLong(1)))));
  }

  /**
   * The files that {@link #read} reads, as they stand in {@link RecordColumns#FILE}, sorted; those
   * that give no row are the ones without records.
   *
   * @throws InputException if an input does not exist or holds no file of a known extension
   */
  public static List<String> files(SparkSession spark, ReadConfig config) {
    return find(spark, config).stream().map(InputFile::path).toList();
  }

  /**
   * The files in directories and globs that {@link #read} passes over, because their names say no
   * format that is known or they are pipes or devices; hidden ones are left out.
   *
   * @throws InputException if an input does not exist or holds no file of a known extension
   */
  public static List<String> passedOver(SparkSession spark, ReadConfig config) {
    return InputFiles.passedOver(config.files(), spark.sparkContext().hadoopConfiguration());
  }

  private static List<InputFile> find(SparkSession spark, ReadConfig config) {
    return InputFiles.find(config.files(), spark.sparkContext().hadoopConfiguration());
  }
}
