package io.gateau.pipeline;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.regexp_replace;

import io.gateau.pipeline.read.file.CheckedRename;
import io.gateau.pipeline.read.record.RecordColumns;
import java.io.IOException;
import java.util.Arrays;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What the table {@code selected} is written as. */
public enum SelectedFormat {
  /** All columns of {@code scores} and the original record, as Parquet. */
  PARQUET {
    @Override
    void write(Dataset<Row> selected, String path) {
      selected.write().parquet(path);
    }
  },

  /**
   * The original records alone, one on a line, for trainers: files {@code selected-00000.jsonl} and
   * so on, best first. A record is as it was read, but line breaks between its parts, as in a
   * {@code .json} file, are spaces; JSON allows none inside a text.
   */
  JSONL {
    @Override
    void write(Dataset<Row> selected, String path) throws IOException {
      selected
          .select(regexp_replace(col(RecordColumns.ORIGINAL), "[\\r\\n]+", " "))
          .write()
          .text(path);
      nameAsLines(selected, new Path(path));
    }
  };

  private static final String WRITTEN = ".txt";

  /** Writes rows, which are in the order of their ranks, to a folder that does not exist yet. */
  abstract void write(Dataset<Row> selected, String path) throws IOException;

  /** Spark writes text under no other extension. */
  private static void nameAsLines(Dataset<Row> selected, Path folder) throws IOException {
    FileSystem fileSystem =
        folder.getFileSystem(selected.sparkSession().sessionState().newHadoopConf());
    Path[] parts =
        Arrays.stream(fileSystem.listStatus(folder))
            .map(FileStatus::getPath)
            .filter(part -> part.getName().endsWith(WRITTEN))
            .sorted()
            .toArray(Path[]::new);
    for (int i = 0; i < parts.length; i++) {
      CheckedRename.rename(
          fileSystem, parts[i], new Path(folder, "selected-%05d.jsonl".formatted(i)));
    }
  }
}
