package io.gateau.pipeline;

import io.gateau.pipeline.read.SampleReader;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.file.QualifiedPath;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.signals.SignalStore;
import io.gateau.pipeline.signals.StaleFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
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
 * {@code manifest.json}, on any Hadoop file system. A table is replaced as a whole once its
 * successor is written; until then the old one stays.
 */
public final class OutputFolder {
  public static final String SIGNALS = "signals";
  static final String SCORES = "scores";
  static final String SELECTED = "selected";
  static final String REJECTED = "rejected";
  static final String MANIFEST = "manifest.json";

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
    Configuration configuration = spark.sessionState().newHadoopConf();
    if (path.isBlank() || path.matches(".*[\\[\\]{}*?\\\\].*")) {
      throw new InputException(
          "output '" + path + "' is blank or holds one of [ ] { } * ? \\; name a plain folder");
    }
    try {
      Path folder = QualifiedPath.of(spark, path);
      FileSystem fileSystem = folder.getFileSystem(configuration);
      if (fileSystem.exists(folder) && fileSystem.getFileStatus(folder).isFile()) {
        throw new InputException(
            "output " + path + " is a file; name a folder, which need not exist yet");
      }
      boolean ours =
          fileSystem.exists(new Path(folder, MANIFEST))
              || fileSystem.exists(new Path(folder, SIGNALS));
      for (String table : List.of(SCORES, SELECTED, REJECTED)) {
        if (!ours && fileSystem.exists(new Path(folder, table))) {
          throw new InputException(
              "output "
                  + path
                  + " already has a folder "
                  + table
                  + " that no run made (there is no "
                  + MANIFEST
                  + "); name another folder");
        }
      }
      return new OutputFolder(folder, fileSystem);
    } catch (IOException e) {
      throw new InputException("output " + path + " cannot be used: " + e.getMessage(), e);
    }
  }

  /** Removes what a killed run left half-written, an hour and more ago. */
  void sweep() {
    try {
      StaleFiles.sweep(
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
   * Refuses an input that a run would take its own output for, now or the next time.
   *
   * @throws InputException if the output lies inside an input folder, or one of its tables is read
   */
  void requireApartFrom(SparkSession spark, ReadConfig input) {
    String ours = QualifiedPath.display(folder);
    for (String name : input.input()) {
      String theirs = QualifiedPath.display(qualified(spark, name));
      if (ours.equals(theirs) || ours.startsWith(theirs + Path.SEPARATOR)) {
        throw new InputException(
            "output "
                + this
                + " lies inside the input "
                + name
                + ", so the next run would read what this one writes; name a folder outside");
      }
    }
    for (String file : SampleReader.files(spark, input)) {
      for (String table : List.of(SIGNALS, SCORES, SELECTED, REJECTED, MANIFEST)) {
        String place = ours + Path.SEPARATOR + table;
        if (file.equals(place) || file.startsWith(place + Path.SEPARATOR)) {
          throw new InputException(
              "the input "
                  + file
                  + " is part of the output "
                  + this
                  + ", which a run replaces; name another output");
        }
      }
    }
  }

  private static Path qualified(SparkSession spark, String name) {
    try {
      return QualifiedPath.of(spark, name);
    } catch (IOException e) {
      throw new InputException("the input " + name + " cannot be used: " + e.getMessage(), e);
    }
  }

  /**
   * Writes tables, and when all are whole puts each in the place of the one of its name. After a
   * failure the old table is there, or the new one.
   */
  void replace(Map<String, Dataset<Row>> tables) {
    Map<String, Path> staged = new LinkedHashMap<>();
    try {
      tables.forEach(
          (table, rows) -> {
            staged.put(table, hidden(table));
            rows.write().parquet(staged.get(table).toString());
          });
      for (Map.Entry<String, Path> table : staged.entrySet()) {
        replace(new Path(folder, table.getKey()), table.getValue());
      }
    } catch (IOException e) {
      discard(staged.values(), e);
      throw new UncheckedIOException(
          "cannot replace the tables of " + this + ": " + e.getMessage(), e);
    } catch (RuntimeException e) {
      discard(staged.values(), e);
      throw e;
    }
  }

  private void replace(Path place, Path successor) throws IOException {
    Path before = hidden(place.getName());
    boolean present = fileSystem.exists(place);
    if (present) {
      SignalStore.rename(fileSystem, place, before);
    }
    try {
      SignalStore.rename(fileSystem, successor, place);
    } catch (IOException e) {
      if (present) {
        SignalStore.rename(fileSystem, before, place);
      }
      throw e;
    }
    fileSystem.delete(before, true);
  }

  private void discard(Collection<Path> staged, Exception reason) {
    for (Path path : staged) {
      try {
        fileSystem.delete(path, true);
      } catch (IOException e) {
        reason.addSuppressed(e);
      }
    }
  }

  /** A new name beside the tables that readers pass over. */
  private Path hidden(String name) {
    return new Path(folder, "_" + name + "-" + UUID.randomUUID());
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
          QualifiedPath.display(place)
              + " is not what a run wrote ("
              + e.getMessage()
              + "); delete it and its checksum file beside it, and score again",
          e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + QualifiedPath.display(place), e);
    }
  }

  /** Puts a manifest in the place of the one before. */
  void replaceManifest(String text) {
    Path place = new Path(folder, MANIFEST);
    Path staging = hidden(MANIFEST);
    try {
      try (FSDataOutputStream out = fileSystem.create(staging, true)) {
        out.write(text.getBytes(StandardCharsets.UTF_8));
      }
      fileSystem.delete(place, false);
      SignalStore.rename(fileSystem, staging, place);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + QualifiedPath.display(place), e);
    }
  }

  @Override
  public String toString() {
    return QualifiedPath.display(folder);
  }
}
