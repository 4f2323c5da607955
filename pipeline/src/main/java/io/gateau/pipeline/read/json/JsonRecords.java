package io.gateau.pipeline.read.json;

import io.gateau.pipeline.read.file.InputFile;
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
 * Reads JSON Lines and JSON arrays: records are streamed on the executors and nothing is cached.
 */
public final class JsonRecords {

  private JsonRecords() {}

  /**
   * The records of JSON files, with {@link RecordColumns#SCHEMA}. Lines of files that more than one
   * task reads are counted at once.
   */
  public static Dataset<Row> read(SparkSession spark, ReadConfig config, List<InputFile> files) {
    List<List<FilePart>> tasks = ReadTasks.of(spark, files);
    return spark.createDataFrame(
        new JavaSparkContext(spark.sparkContext())
            .parallelize(tasks, tasks.size())
            .flatMap(new FileRecords(spark.sparkContext().hadoopConfiguration(), config)),
        RecordColumns.SCHEMA);
  }

  /** The records of one file as rows of the same schema, read in this process without Spark. */
  public static Iterator<Row> readHere(InputFile file, Configuration hadoop, ReadConfig config) {
    return new FileRecords(hadoop, config).call(List.of(FilePart.whole(file)));
  }
}
