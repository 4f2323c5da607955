package io.gateau.pipeline.read;

import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.file.InputFile;
import io.gateau.pipeline.read.file.InputFiles;
import io.gateau.pipeline.read.file.InputFormat;
import io.gateau.pipeline.read.json.JsonRecords;
import io.gateau.pipeline.read.parquet.ParquetRecords;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import java.util.Iterator;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;

/**
 * Reads the records of files in this process, without a session of Spark: those that {@link
 * SampleReader} reads, in the order of the files and in their order there. One record is held at a
 * time.
 */
public final class LocalRecords {

  private LocalRecords() {}

  /**
   * Hands over every record of the files of a config, which names no tables and no limit, as a row
   * with {@link RecordColumns#SCHEMA}.
   *
   * @throws InputException as {@link SampleReader#read}
   */
  public static void forEach(ReadConfig config, Configuration hadoop, Consumer<Row> receiver) {
    if (!config.tables().isEmpty()) {
      throw new InputException(
          "%s is a table, and tables are read by Spark only; write it to Parquet files, and name these"
              .formatted(config.tables().get(0)));
    }
    for (InputFile file : InputFiles.find(config.files(), hadoop)) {
      Iterator<Row> rows =
          file.format() == InputFormat.PARQUET
              ? ParquetRecords.readHere(file, hadoop, config)
              : JsonRecords.readHere(file, hadoop, config);
      rows.forEachRemaining(receiver);
    }
  }
}
