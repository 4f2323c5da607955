package io.gateau.pipeline;

import io.gateau.pipeline.read.SampleReader;
import io.gateau.pipeline.read.file.CheckedRename;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.file.QualifiedPath;
import io.gateau.pipeline.read.file.StaleFiles;
import io.gateau.pipeline.read.record.ReadConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The folder of a run: {@code signals}, {@code scores}, {@code selected}, {@code rejected} and
 * {@code manifest.json}, on any Hadoop file system.
 */
public final class OutputFolder {
  private static final String SIGNALS = "signals";
  static final String SCORES = "scores";
  static final String SELECTED = "selected";
  static final String REJECTED = "rejected";
  private static final String MANIFEST = "manifest.json";

  private static final List<String> TABLES = List.of(SCORES, SELECTED, REJECTED);

  private final Path folder;
  private final FileSystem fileSystem;

  private OutputFolder(Path folder, FileSystem fileSystem) {
    this.folder = folder;
    this.fileSystem = fileSystem;
  }

  /**
   * The folder at {@code path}, which need not exist yet.
   *
   * @throws InputException if something else is there that a run would overwrite
   */
  public static OutputFolder at(SparkSession spark, String path) {
    if (path.isBlank() || path.matches(".*[\\[\\]{}*?\\\\].*")) {
      throw new InputException(
          "output '%s' is blank or holds one of [ ] { } * ? \\; name a plain folder"
              .formatted(path));
    }
    try {
      Path folder = QualifiedPath.of(spark, path);
      FileSystem fileSystem = folder.getFileSystem(spark.sessionState().newHadoopConf());
      requireReplaceable(fileSystem, folder, path);
      return new OutputFolder(folder, fileSystem);
    } catch (IOException e) {
      throw new InputException("output %s cannot be used: %s".formatted(path, e.getMessage()), e);
    }
  }

  private static void requireReplaceable(FileSystem fileSystem, Path folder, String path)
      throws IOException {
    if (fileSystem.exists(folder) && fileSystem.getFileStatus(folder).isFile()) {
      throw new InputException(
          "output %s is a file; name a folder, which need not exist yet".formatted(path));
    }
    if (fileSystem.exists(new Path(folder, MANIFEST))
        || fileSystem.exists(new Path(folder, SIGNALS))) {
      return;
    }
    for (String table : TABLES) {
      if (fileSystem.exists(new Path(folder, table))) {
        throw new InputException(
            "output %s already has a folder %s that no run made (there is no %s); name another folder"
                .formatted(path, table, MANIFEST));
      }
    }
  }

  /** Where the signals of the run are stored, qualified. */
  public Path signals() {
    return new Path(folder, SIGNALS);
  }

  /** Deletes unfinished tables that a killed run left an hour ago or earlier. */
  void deleteStaleFiles() {
    try {
      StaleFiles.delete(
          fileSystem,
          folder,
          "_" + SCORES + "-",
          "_" + SELECTED + "-",
          "_" + REJECTED + "-",
          "_" + MANIFEST + "-");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot tidy " + this, e);
    }
  }

  /**
   * Refuses an input that holds the output of this run, now or the next time.
   *
   * @throws InputException if the output lies inside an input folder, or one of its tables is read
   */
  void requireApartFrom(SparkSession spark, ReadConfig input) {
    String output = QualifiedPath.display(folder);
    for (String name : input.input()) {
      if (isInside(output, QualifiedPath.display(qualified(spark, name)))) {
        throw new InputException(
            "output %s lies inside the input %s, so the next run would read what this one writes; name a folder outside"
                .formatted(this, name));
      }
    }
    for (String file : SampleReader.files(spark, input)) {
      for (String part : List.of(SIGNALS, SCORES, SELECTED, REJECTED, MANIFEST)) {
        if (isInside(file, output + Path.SEPARATOR + part)) {
          throw new InputException(
              "the input %s is part of the output %s, which a run replaces; name another output"
                  .formatted(file, this));
        }
      }
    }
  }

  private static boolean isInside(String path, String parent) {
    return path.equals(parent) || path.startsWith(parent + Path.SEPARATOR);
  }

  private static Path qualified(SparkSession spark, String name) {
    try {
      return QualifiedPath.of(spark, name);
    } catch (IOException e) {
      throw new InputException(
          "the input %s cannot be used: %s".formatted(name, e.getMessage()), e);
    }
  }

  /**
   * Writes tables, and when all are whole puts each in the place of the one of its name. After a
   * failure the old table is there, or the new one.
   */
  void replace(Map<String, Dataset<Row>> tables) {
    new TableReplacement(fileSystem, folder).replace(tables);
  }

  /**
   * The text of the manifest; empty when there is none.
   *
   * @throws InputException if someone else has changed it and the file system can tell
   */
  String manifest() {
    Path place = new Path(folder, MANIFEST);
    try {
      if (!fileSystem.exists(place)) {
        return "";
      }
      try (FSDataInputStream in = fileSystem.open(place)) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    } catch (ChecksumException e) {
      throw new InputException(
          "%s is not what a run wrote (%s); delete it and its checksum file beside it, and score again"
              .formatted(QualifiedPath.display(place), e.getMessage()),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + QualifiedPath.display(place), e);
    }
  }

  /** Puts a manifest in the place of the one before. */
  void replaceManifest(String text) {
    Path place = new Path(folder, MANIFEST);
    Path staging = TableReplacement.hidden(folder, MANIFEST);
    try {
      try (FSDataOutputStream out = fileSystem.create(staging, true)) {
        out.write(text.getBytes(StandardCharsets.UTF_8));
      }
      fileSystem.delete(place, false);
      CheckedRename.rename(fileSystem, staging, place);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + QualifiedPath.display(place), e);
    }
  }

  /** The full path of the folder, without a scheme on the local file system. */
  @Override
  public String toString() {
    return QualifiedPath.display(folder);
  }
}
