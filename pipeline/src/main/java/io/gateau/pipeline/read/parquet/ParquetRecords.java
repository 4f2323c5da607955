package io.gateau.pipeline.read.parquet;

import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.file.InputFile;
import io.gateau.pipeline.read.file.TaskSizes;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Reads Parquet, each row turned into JSON and parsed like any other record; a null stays in the
 * JSON, so that the original has all its columns.
 *
 * <p>Spark's own reader is not used: it reads files of one schema at a time, so that an input of
 * many schemas would be as many reads, and refuses types and names that other writers use.
 */
public final class ParquetRecords {

  private final SparkSession spark;
  private final ReadConfig config;

  /** A reader of this session. */
  public ParquetRecords(SparkSession spark, ReadConfig config) {
    this.spark = spark;
    this.config = config;
  }

  /**
   * The rows of all files with {@link RecordColumns#SCHEMA}, whatever schemas the files have.
   *
   * @throws InputException if a file is not Parquet or cannot be read
   */
  public Dataset<Row> read(List<InputFile> files) {
    return read(files, (file, record) -> true);
  }

  /** The same of the rows that the filter keeps; row groups without such a row are not read. */
  public Dataset<Row> read(List<InputFile> files, RowFilter filter) {
    boolean bytesAreText =
        Boolean.parseBoolean(spark.conf().get("spark.sql.parquet.binaryAsString"));
    List<RowGroup> rowGroups = ParquetFooters.rowGroups(spark, files, bytesAreText);
    List<List<RowGroup>> tasks =
        TaskSizes.of(spark, rowGroups, RowGroup::bytes).pack(rowGroups, RowGroup::bytes);
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    return spark.createDataFrame(
        new JavaSparkContext(spark.sparkContext())
            .parallelize(tasks, Math.max(1, tasks.size()))
            .flatMap(new ParquetRows(hadoop, config, filter, bytesAreText)),
        RecordColumns.SCHEMA);
  }

  /**
   * The rows of one file with the same schema, read in this process without Spark; bytes without a
   * mark are no text.
   *
   * @throws InputException if the file is not Parquet or cannot be read
   */
  public static Iterator<Row> readHere(InputFile file, Configuration hadoop, ReadConfig config) {
    return new ParquetRows(hadoop, config, (path, record) -> true, /* bytesAreText= */ false)
        .call(ParquetFooters.rowGroups(file, hadoop));
  }
}
