package io.gateau.pipeline.signals;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.min_by;
import static org.apache.spark.sql.functions.struct;

import io.gateau.pipeline.read.file.CheckedRename;
import io.gateau.pipeline.read.file.StaleFiles;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.score.SampleStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The stored signals: a folder of Parquet files that only ever gains rows. Tasks add a file at a
 * time, whole or not at all. A sample that two runs scored at once has two rows with the same
 * numbers; readers get one of them.
 */
public final class SignalStore {
  /** More small files than this are merged when scoring ends. */
  private static final int MERGE_ABOVE = 64;

  private static final long MERGED_BYTES = 128L << 20;

  /** A file of this size is never merged, so that a run does not rewrite a large store. */
  private static final long LARGE_BYTES = MERGED_BYTES / 4;

  private static final String PARQUET = ".parquet";

  private final SparkSession spark;
  private final Path folder;

  /** The store in this folder, which need not exist yet; the path is qualified. */
  public SignalStore(SparkSession spark, Path folder) {
    this.spark = spark;
    this.folder = folder;
  }

  /** The folder, for the tasks that write to it. */
  public Path folder() {
    return folder;
  }

  /** Every stored row, one per pair of keys; empty when nothing is stored yet. */
  Dataset<Row> rows() {
    return distinct(
        files().isEmpty()
            ? spark.createDataFrame(List.of(), SignalColumns.SCHEMA)
            : spark.read().schema(SignalColumns.SCHEMA).parquet(folder.toString()));
  }

  /** One of the rows with the same keys; one with signals before one that ran out of memory. */
  private static Dataset<Row> distinct(Dataset<Row> rows) {
    Column outOfMemory = col(SignalColumns.STATUS).equalTo(SampleStatus.OUT_OF_MEMORY.code());
    Column all = struct(Arrays.stream(rows.columns()).map(functions::col).toArray(Column[]::new));
    return rows.groupBy(SignalColumns.SHORT_KEY, SignalColumns.LONG_KEY)
        .agg(min_by(all, outOfMemory).as("best"))
        .select("best.*");
  }

  /**
   * Good samples without their texts, each with its stored signals, or nulls where there are none.
   * Other columns stay.
   */
  public Dataset<Row> join(Dataset<Row> samples, SignalConfig config) {
    return config
        .withKeys(samples)
        .drop(
            RecordColumns.CONTEXT,
            RecordColumns.INSTRUCTION,
            RecordColumns.RESPONSE,
            RecordColumns.ORIGINAL,
            RecordColumns.REASON,
            RecordColumns.DETAIL)
        .join(rows().drop(SignalColumns.ID, SignalColumns.SOURCE), keys(), "left");
  }

  /** Good samples of which signals are missing, with the columns of {@link PendingSamples}. */
  public Dataset<Row> pending(Dataset<Row> samples, SignalConfig config) {
    return PendingSamples.of(config.withKeys(samples), rows());
  }

  /**
   * How many of these pending samples have a row that can be read back. The driver lists the files;
   * one that an executor does not see counts as no rows.
   */
  public long count(Dataset<Row> pending) {
    if (files().isEmpty()) {
      return 0;
    }
    Dataset<Row> stored =
        spark
            .read()
            .schema(SignalColumns.SCHEMA)
            .option("ignoreMissingFiles", "true")
            .parquet(folder.toString())
            .select(SignalColumns.SHORT_KEY, SignalColumns.LONG_KEY);
    return pending
        .select(SignalColumns.SHORT_KEY, SignalColumns.LONG_KEY)
        .join(stored, keys(), "left_semi")
        .count();
  }

  private static Seq<String> keys() {
    return CollectionConverters.asScala(List.of(SignalColumns.SHORT_KEY, SignalColumns.LONG_KEY))
        .toSeq();
  }

  /** Makes a store without rows readable: a file that holds the columns and nothing else. */
  public void createIfEmpty() {
    if (files().isEmpty()) {
      spark
          .createDataFrame(List.of(), SignalColumns.SCHEMA)
          .write()
          .mode(SaveMode.Append)
          .parquet(folder.toString());
    }
  }

  /** Deletes unfinished files that tasks of a killed run left an hour ago or earlier. */
  public void deleteStaleFiles() {
    try {
      StaleFiles.delete(fileSystem(), folder, "_");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot tidy " + folder, e);
    }
  }

  /**
   * Merges many small files into few, once there are too many. A kill at any moment leaves every
   * row there at least once: the merged files are in place before the first small one goes.
   */
  public void mergeSmallFiles() {
    List<FileStatus> small =
        files().stream().filter(status -> status.getLen() < LARGE_BYTES).toList();
    if (small.size() <= MERGE_ABOVE) {
      return;
    }
    Path staging = new Path(folder, "_merge-" + UUID.randomUUID());
    try {
      FileSystem fileSystem = fileSystem();
      writeMerged(small, staging);
      moveIntoStore(fileSystem, staging);
      for (FileStatus status : small) {
        fileSystem.delete(status.getPath(), false);
      }
      fileSystem.delete(staging, true);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot merge the files of " + folder, e);
    }
  }

  private void writeMerged(List<FileStatus> small, Path staging) {
    long bytes = small.stream().mapToLong(FileStatus::getLen).sum();
    String[] paths =
        small.stream().map(status -> status.getPath().toString()).toArray(String[]::new);
    distinct(spark.read().schema(SignalColumns.SCHEMA).parquet(paths))
        .coalesce(Math.toIntExact(bytes / MERGED_BYTES + 1))
        .sortWithinPartitions(col(SignalColumns.ID))
        .write()
        .parquet(staging.toString());
  }

  private void moveIntoStore(FileSystem fileSystem, Path staging) throws IOException {
    String name = "merged-" + UUID.randomUUID();
    int count = 0;
    for (FileStatus status : fileSystem.listStatus(staging)) {
      if (status.getPath().getName().endsWith(PARQUET)) {
        Path place = new Path(folder, name + "-" + count++ + PARQUET);
        CheckedRename.rename(fileSystem, status.getPath(), place);
      }
    }
  }

  private List<FileStatus> files() {
    try {
      FileSystem fileSystem = fileSystem();
      List<FileStatus> files = new ArrayList<>();
      if (fileSystem.exists(folder)) {
        for (FileStatus status : fileSystem.listStatus(folder)) {
          if (status.isFile() && status.getPath().getName().endsWith(PARQUET)) {
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
    return folder.getFileSystem(spark.sessionState().newHadoopConf());
  }
}
