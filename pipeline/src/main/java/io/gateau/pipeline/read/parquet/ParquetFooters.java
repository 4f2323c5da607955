package io.gateau.pipeline.read.parquet;

import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.file.InputFile;
import java.io.IOException;
import java.io.Serial;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/** Looks into the footer of every Parquet file, on the executors, before anything is read. */
final class ParquetFooters {

  /** Spark's own schema, which tells apart what Parquet's does not. */
  private static final String SPARK_SCHEMA = "org.apache.spark.sql.parquet.row.metadata";

  private static final int FILES_PER_TASK = 16;

  private ParquetFooters() {}

  /**
   * The schema of each file as text, in the order given.
   *
   * @throws InputException if a file is not Parquet
   */
  static Map<InputFile, String> schemas(SparkSession spark, List<InputFile> files) {
    JavaSparkContext context = new JavaSparkContext(spark.sparkContext());
    int tasks = 1 + (files.size() - 1) / FILES_PER_TASK;
    List<Footer> footers =
        context
            .parallelize(files, tasks)
            .map(new ReadFooter(spark.sparkContext().hadoopConfiguration()))
            .collect();
    Map<InputFile, String> schemas = new LinkedHashMap<>();
    for (Footer footer : footers) {
      if (footer.broken()) {
        throw new InputException(
            "%s is not a readable Parquet file (%s); write it anew, or leave it out of the input"
                .formatted(footer.file().path(), footer.text()));
      }
      schemas.put(footer.file(), footer.text());
    }
    return schemas;
  }

  /** A file with its schema, or with what is wrong with it. */
  private record Footer(InputFile file, String text, boolean broken) implements Serializable {
    @Serial private static final long serialVersionUID = 1;
  }

  private static final class ReadFooter implements Function<InputFile, Footer> {

    @Serial private static final long serialVersionUID = 1;

    private final SerializableConfiguration hadoop;

    ReadFooter(Configuration hadoop) {
      this.hadoop = new SerializableConfiguration(hadoop);
    }

    @Override
    public Footer call(InputFile file) {
      try (ParquetFileReader reader =
          ParquetFileReader.open(HadoopInputFile.fromPath(file.hadoopPath(), hadoop.value()))) {
        FileMetaData meta = reader.getFooter().getFileMetaData();
        String spark = meta.getKeyValueMetaData().getOrDefault(SPARK_SCHEMA, "");
        return new Footer(file, meta.getSchema() + spark, false);
      } catch (IOException | RuntimeException e) {
        return new Footer(file, String.valueOf(e.getMessage()), true);
      }
    }
  }
}
