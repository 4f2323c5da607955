package io.gateau.pipeline.signals;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.min_by;
import static org.apache.spark.sql.functions.struct;

import io.gateau.pipeline.OutputFolder;
import io.gateau.pipeline.read.file.QualifiedPath;
import io.gateau.score.SampleStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The stored signals: a folder of Parquet files that only ever gains rows. Tasks add a file at a
 * time, whole or not at all; a sample that was scored twice at once is there twice, with the same
 * numbers, and is read once.
 */
public final class SignalStore {
  /** More files than this are merged when scoring ends. */
  private static final int MERGE_ABOVE = 64;

  private static final long MERGED_BYTES = 128L << 20;

  /** A file of this size is left alone, so that a large store is not written anew by every run. */
  private static final long LARGE_BYTES = MERGED_BYTES / 4;

  private final SparkSession spark;
  private final Path folder;

  public SignalStore(SparkSession spark, String output) {
    this.spark = spark;
    try {
      this.folder = new Path(QualifiedPath.of(spark, output), OutputFolder.SIGNALS);
    } catch (IOException e) {
      throw new UncheckedIOException("output " + output + " cannot be used", e);
    }
  }

  public Path folder() {
    return folder;
  }

  /** Every stored row, one per pair of keys; empty when nothing is stored yet. */
  public Dataset<Row> rows() {
    return distinct(
        files().isEmpty()
            ? spark.createDataFrame(List.of(), Columns.SIGNALS)
            : spark.read().schema(Columns.SIGNALS).parquet(folder.toString()));
  }

  /**
   * Of rows with the same keys one, and rather one with signals than one that ran out of memory.
   */
  private static Dataset<Row> distinct(Dataset<Row> rows) {
    Column retried = col(Columns.STATUS).equalTo(SampleStatus.OUT_OF_MEMORY.code());
    Column all = struct(Arrays.stream(rows.columns()).map(functions::col).toArray(Column[]::new));
    return rows.groupBy(Columns.SHORT_KEY, Columns.LONG_KEY)
        .agg(min_by(all, retried).as("best"))
        .select("best.*");
  }

  /**
   * How many of these samples have a row that can be read back. The driver lists the files; one
   * that is not there where it is read counts as no rows.
   */
  public long count(Dataset<Row> samples) {
    if (files().isEmpty()) {
      return 0;
    }
    Dataset<Row> keys =
        spark
            .read()
            .schema(Columns.SIGNALS)
            .option("ignoreMissingFiles", "true")
            .parquet(folder.toString())
            .select(Columns.SHORT_KEY, Columns.LONG_KEY);
    return samples
        .select(Columns.SHORT_KEY, Columns.LONG_KEY)
        .join(
            keys,
            CollectionConverters.asScala(List.of(Columns.SHORT_KEY, Columns.LONG_KEY)).toSeq(),
            "left_semi")
        .count();
  }

  /** Makes a store without rows readable: a file that holds the columns and nothing else. */
  public void requirePresent() {
    if (files().isEmpty()) {
      spark
          .createDataFrame(List.of(), Columns.SIGNALS)
          .write()
          .mode(SaveMode.Append)
          .parquet(folder.toString());
    }
  }

  /** Removes what tasks of a killed run left half-written, an hour and more ago. */
  public void sweep() {
    try {
      StaleFiles.sweep(fileSystem(), folder, "_");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot tidy " + folder, e);
    }
  }

  /**
   * Merges many small files into few, once there are too many. A kill at any moment leaves every
   * row there at least once: the merged files are in place before the first small one goes.
   */
  public void merge() {
    List<FileStatus> small =
        files().stream().filter(status -> status.getLen() < LARGE_BYTES).toList();
    if (small.size() <= MERGE_ABOVE) {
      return;
    }
    long bytes = small.stream().mapToLong(FileStatus::getLen).sum();
    Path staging = new Path(folder, "_merge-" + UUID.randomUUID());
    try {
      distinct(
              spark
                  .read()
                  .schema(Columns.SIGNALS)
                  .parquet(
                      small.stream()
                          .map(status -> status.getPath().toString())
                          .toArray(String[]::new)))
          .coalesce(Math.toIntExact(bytes / MERGED_BYTES + 1))
          .sortWithinPartitions(col(Columns.ID))
          .write()
          .parquet(staging.toString());
      FileSystem fileSystem = fileSystem();
      String name = "merged-" + UUID.randomUUID();
      int count = 0;
      for (FileStatus status : fileSystem.listStatus(staging)) {
        if (status.getPath().getName().endsWith(".parquet")) {
          rename(fileSystem, status.getPath(), new Path(folder, name + "-" + count++ + ".parquet"));
        }
      }
      for (FileStatus status : small) {
        fileSystem.delete(status.getPath(), false);
      }
      fileSystem.delete(staging, true);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot merge the files of " + folder, e);
    }
  }

  public static void rename(FileSystem fileSystem, Path from, Path to) throws IOException {
    if (!fileSystem.rename(from, to)) {
      throw new IOException("cannot rename " + from + " to " + to);
    }
  }

  private List<FileStatus> files() {
    try {
      FileSystem fileSystem = fileSystem();
      List<FileStatus> files = new ArrayList<>();
      if (fileSystem.exists(folder)) {
        for (FileStatus status : fileSystem.listStatus(folder)) {
          if (status.isFile() && status.getPath().getName().endsWith(".parquet")) {
            files.add(status);
          }
        }
      }
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
  }

  private FileSystem fileSystem() throws IOException {
    Configuration configuration = spark.sessionState().newHadoopConf();
    return folder.getFileSystem(configuration);
  }
}
