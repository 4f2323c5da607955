package io.gateau.pipeline.signals;

import io.gateau.pipeline.read.file.CheckedRename;
import io.gateau.pipeline.read.file.WholeFiles;
import io.gateau.pipeline.signals.MergePlan.StoredFile;
import java.io.IOException;
import java.io.Serial;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Copies the rows of a group of files into one file, or one for each schema, since files of earlier
 * versions have fewer columns. It reads Parquet itself, because Spark would pass over damaged files
 * where a session says so, and counts the copy over before anybody may delete the group.
 */
final class MergeTask implements Function<List<StoredFile>, String> {
  @Serial private static final long serialVersionUID = 1;

  /** What {@link #call} returns of a group that has been copied. */
  static final String COPIED = "";

  private static final long ROW_GROUP_BYTES = 16L << 20;

  private final String folder;
  private final String merge;
  private final SerializableConfiguration configuration;

  /**
   * A task for each group of one merge.
   *
   * @param folder of the table, qualified
   * @param merge names the files of this merge
   */
  MergeTask(String folder, String merge, SerializableConfiguration configuration) {
    this.folder = folder;
    this.merge = merge;
    this.configuration = configuration;
  }

  /** A file that is written under a hidden name, unless it appears when it is closed. */
  private record Output(Path written, Path place, ParquetWriter<Group> writer, List<Path> from) {}

  /**
   * Copies a group.
   *
   * @return {@link #COPIED}, or what is wrong with a file of the group, which stays as it is then
   * @throws IOException if the copy cannot be written or is not equal
   */
  @Override
  public String call(List<StoredFile> group) throws IOException {
    Configuration hadoop = configuration.value();
    FileSystem fileSystem = new Path(folder).getFileSystem(hadoop);
    Map<MessageType, Output> outputs = new LinkedHashMap<>();
    boolean complete = false;
    try {
      for (StoredFile file : group) {
        copy(new Path(folder, file.name()), outputs, hadoop, fileSystem);
      }
      for (Output output : outputs.values()) {
        output.writer().close();
        requireEqual(output, hadoop);
      }
      for (Output output : outputs.values()) {
        putInPlace(output, fileSystem);
      }
      complete = true;
      return COPIED;
    } catch (UnreadableFileException e) {
      return e.getMessage();
    } finally {
      if (!complete) {
        discard(outputs, fileSystem);
      }
    }
  }

  private void copy(
      Path file, Map<MessageType, Output> outputs, Configuration hadoop, FileSystem fileSystem)
      throws IOException {
    try (RowsOfFile rows = RowsOfFile.open(file, hadoop)) {
      Output output = outputs.get(rows.schema());
      if (output == null) {
        output = create(rows.schema(), outputs.size(), hadoop, fileSystem);
        outputs.put(rows.schema(), output);
      }
      output.from().add(file);
      for (Group row = rows.next(); row != null; row = rows.next()) {
        output.writer().write(row);
      }
    }
  }

  /** Every attempt has names of its own, so that one which fails deletes nothing of another. */
  private Output create(MessageType schema, int number, Configuration hadoop, FileSystem fileSystem)
      throws IOException {
    TaskContext task = TaskContext.get();
    String name = "merged-%s-%d-%d.parquet".formatted(merge, task.taskAttemptId(), number);
    Path place = new Path(folder, name);
    Path written =
        WholeFiles.appearWhenClosed(fileSystem, place) ? place : new Path(folder, "_merge-" + name);
    ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(HadoopOutputFile.fromPath(written, hadoop))
            .withConf(hadoop)
            .withType(schema)
            .withRowGroupSize(ROW_GROUP_BYTES)
            .withCompressionCodec(CompressionCodecName.ZSTD)
            .build();
    return new Output(written, place, writer, new ArrayList<>());
  }

  /** Compares the keys of all rows, in their order. */
  private static void requireEqual(Output output, Configuration hadoop) throws IOException {
    try (RowsOfFile copied = RowsOfFile.openKeys(output.written(), hadoop)) {
      for (Path file : output.from()) {
        try (RowsOfFile rows = RowsOfFile.openKeys(file, hadoop)) {
          for (Group row = rows.next(); row != null; row = rows.next()) {
            Group copy = copied.next();
            if (copy == null || !key(copy).equals(key(row))) {
              throw new IOException(
                  "%s lacks a row of %s; nothing is deleted"
                      .formatted(output.written(), file.getName()));
            }
          }
        }
      }
      if (copied.next() != null) {
        throw new IOException(
            "%s has rows of no other file; nothing is deleted".formatted(output.written()));
      }
    }
  }

  private static String key(Group row) {
    return row.getString(SignalColumns.CONTENT_KEY, 0);
  }

  private static void putInPlace(Output output, FileSystem fileSystem) throws IOException {
    if (!output.written().equals(output.place())) {
      CheckedRename.rename(fileSystem, output.written(), output.place());
    }
  }

  private static void discard(Map<MessageType, Output> outputs, FileSystem fileSystem)
      throws IOException {
    for (Output output : outputs.values()) {
      try {
        output.writer().close();
      } finally {
        fileSystem.delete(output.written(), false);
      }
    }
  }
}
