package io.gateau.pipeline;

import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import io.gateau.pipeline.lease.OutputLease;
import io.gateau.pipeline.read.SampleReader;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.file.QualifiedPath;
import io.gateau.pipeline.read.file.StaleFiles;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.samples.SampleColumns;
import io.gateau.pipeline.tables.TableReplacement;
import io.gateau.pipeline.tables.TableSwitch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The folder of a run, on any Hadoop file system: {@code manifest.json}, the narrow table {@code
 * samples}, the store {@code signals}, and the selections. The selection without a name lies in the
 * folder itself, a named one in {@code selections/NAME}; each has the tables {@code scores}, {@code
 * selected} and {@code rejected} and the fitted {@code ranker}.
 */
public final class OutputFolder {
  /** The name of the selection without a name. */
  public static final String UNNAMED = "";

  private static final String SIGNALS = "signals";
  private static final String SELECTIONS = "selections";
  static final String SAMPLES = "samples";
  static final String SCORES = "scores";
  static final String SELECTED = "selected";
  static final String REJECTED = "rejected";

  /** The fitted scales of a selection: {@link io.gateau.pipeline.rank.SampleRankerModel}. */
  static final String RANKER = "ranker";

  private static final String MANIFEST = TableSwitch.MANIFEST;

  private static final List<String> TABLES = List.of(SAMPLES, SCORES, SELECTED, REJECTED, RANKER);

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
    return at(spark.sessionState().newHadoopConf(), path);
  }

  /** The same folder before there is a session. */
  public static OutputFolder at(Configuration hadoop, String path) {
    if (path.isBlank() || path.matches(".*[\\[\\]{}*?\\\\].*")) {
      throw new InputException(
          "output '%s' is blank or holds one of [ ] { } * ? \\; name a plain folder"
              .formatted(path));
    }
    try {
      Path folder = QualifiedPath.of(hadoop, path);
      FileSystem fileSystem = folder.getFileSystem(hadoop);
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

  /**
   * Checks the name of a selection.
   *
   * @throws IllegalArgumentException if it is not of letters, digits, dots, underscores and hyphens
   */
  public static String requireSelectionName(String name) {
    if (!name.matches("[\\p{Alnum}][\\p{Alnum}._-]*")) {
      throw new IllegalArgumentException(
          "the name '%s' of a selection is not of letters, digits, dots, underscores and hyphens, beginning with a letter or digit; use one such as alpha-0.7"
              .formatted(name));
    }
    return name;
  }

  /**
   * Folder of a selection.
   *
   * @param name one that {@link #requireSelectionName} takes, or {@link #UNNAMED}
   */
  public Path selection(String name) {
    return name.equals(UNNAMED)
        ? folder
        : new Path(new Path(folder, SELECTIONS), requireSelectionName(name));
  }

  /** Where the selected rows of a selection are. */
  Path selected(String name) {
    return new Path(selection(name), SELECTED);
  }

  /** The narrow table of all records; see {@link #requireSamples}. */
  public Dataset<Row> samples(SparkSession spark) {
    requireSamples();
    return spark.read().schema(SampleColumns.SCHEMA).parquet(new Path(folder, SAMPLES).toString());
  }

  private void requireSamples() {
    try {
      if (!fileSystem.exists(new Path(folder, SAMPLES))) {
        throw new InputException(
            "%s has no table samples; run gateau score again, which computes nothing anew"
                .formatted(this));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look into " + this, e);
    }
  }

  /**
   * The fitted ranker of a selection.
   *
   * @param path an output folder, or one of its {@code selections/NAME}
   * @throws InputException if there is none
   */
  public static Path ranker(Configuration hadoop, String path) {
    try {
      Path place = new Path(QualifiedPath.of(hadoop, path), RANKER);
      if (!place.getFileSystem(hadoop).exists(place)) {
        throw new InputException(
            "%s has no fitted ranker; name the output of a gateau run or gateau select, or one of its selections/NAME"
                .formatted(path));
      }
      return place;
    } catch (IOException e) {
      throw new InputException(
          "the fitted ranker of %s cannot be used: %s".formatted(path, e.getMessage()), e);
    }
  }

  /** Whether a selection of this name is there. */
  boolean hasSelection(String name) {
    try {
      return fileSystem.exists(new Path(selection(name), SCORES));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look into " + this, e);
    }
  }

  /** Deletes unfinished tables that a killed run left an hour ago or earlier. */
  private void deleteStaleFiles(Path place) {
    try {
      StaleFiles.delete(
          fileSystem,
          place,
          TABLES.stream().map(table -> "_" + table + "-").toArray(String[]::new));
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
    for (String name : input.files()) {
      if (isInside(output, QualifiedPath.display(qualified(spark, name)))) {
        throw new InputException(
            "output %s lies inside the input %s, so the next run would read what this one writes; name a folder outside"
                .formatted(this, name));
      }
    }
    for (String file : SampleReader.files(spark, input)) {
      for (String part :
          List.of(SIGNALS, SELECTIONS, SAMPLES, SCORES, SELECTED, REJECTED, RANKER, MANIFEST)) {
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
   * Takes the folder for this process, and finishes what a killed one has begun.
   *
   * @param work what is done, such as {@code score}
   * @throws InputException if another process has it
   */
  OutputLease lease(String work) {
    OutputLease lease = OutputLease.take(fileSystem, folder, work);
    try {
      new TableSwitch(fileSystem, folder).finish();
      deleteStaleFiles(folder);
    } catch (IOException e) {
      lease.close();
      throw new UncheckedIOException("cannot use %s: %s".formatted(this, e.getMessage()), e);
    } catch (RuntimeException e) {
      lease.close();
      throw e;
    }
    return lease;
  }

  /**
   * Writes the narrow table of all records in the place of the one before: file, line, id, content
   * key and lengths of every record, and no text.
   *
   * @param manifest gives the text of the manifest that goes with it
   * @throws InputException if the driver does not see what the executors have written
   */
  void replaceSamples(Dataset<Row> samples, Supplier<String> manifest) {
    new TableReplacement(fileSystem, folder)
        .replace(
            Map.of(
                SAMPLES,
                path -> {
                  Observation written = new Observation();
                  samples.observe(written, count(lit(1)).as(SAMPLES)).write().parquet(path);
                  requireReadable(samples.sparkSession(), path, written);
                }),
            manifest);
  }

  private String[] parquetFiles(String path) throws IOException {
    return Arrays.stream(fileSystem.listStatus(new Path(path)))
        .map(file -> file.getPath().toString())
        .filter(name -> name.endsWith(".parquet"))
        .toArray(String[]::new);
  }

  /** Executors may write to a folder of their own, whose files the driver would never find. */
  private void requireReadable(SparkSession spark, String path, Observation written)
      throws IOException {
    long rows;
    try {
      rows = ((Number) written.getAsJava().get(SAMPLES)).longValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while records were counted", e);
    }
    // By file: Spark warns of a folder whose name it takes for hidden.
    String[] files = parquetFiles(path);
    long readable =
        files.length == 0 ? 0 : spark.read().schema(SampleColumns.SCHEMA).parquet(files).count();
    if (readable < rows) {
      throw new InputException(
          "%d records were written, but %d of them can be read back from %s: the executors wrote to a folder of that name that the driver does not see; name an output that all machines share, such as hdfs://, s3a:// or a shared mount"
              .formatted(rows, readable, this));
    }
  }

  /**
   * Writes the tables of a selection, and when all are whole puts each in the place of the one of
   * its name, and the manifest with them.
   *
   * @param writers name of a table to what writes it to a path
   * @param manifest gives the text of the manifest, once the tables are written
   */
  void replaceSelection(
      String name, Map<String, TableReplacement.Writer> writers, Supplier<String> manifest) {
    deleteStaleFiles(selection(name));
    Map<String, TableReplacement.Writer> byPath = new LinkedHashMap<>();
    writers.forEach(
        (table, writer) ->
            byPath.put(
                name.equals(UNNAMED) ? table : String.join("/", SELECTIONS, name, table), writer));
    new TableReplacement(fileSystem, folder).replace(byPath, manifest);
  }

  /**
   * The text of the manifest; empty when there is none.
   *
   * @throws InputException if someone else has changed it and the file system can tell
   */
  String manifest() {
    Path place = new Path(folder, MANIFEST);
    try {
      Optional<TableSwitch.Journal> decided = new TableSwitch(fileSystem, folder).journal();
      if (decided.isPresent()) {
        return decided.get().manifest();
      }
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
    try {
      new TableSwitch(fileSystem, folder).execute(Map.of(), text);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot write the manifest of %s: %s".formatted(this, e.getMessage()), e);
    }
  }

  /** The full path of the folder, without a scheme on the local file system. */
  @Override
  public String toString() {
    return QualifiedPath.display(folder);
  }
}
