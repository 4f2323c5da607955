package io.gateau.pipeline.signals;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;

import io.gateau.pipeline.read.file.StaleFiles;
import io.gateau.pipeline.signals.MergePlan.StoredFile;
import io.gateau.score.SampleStatus;
import io.gateau.score.SignalColumn;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The stored values of one {@link SignalKey}: a folder of Parquet files that only ever gains rows.
 * Tasks add a file at a time, whole or not at all. A sample that two runs scored at once has two
 * rows whose numbers differ by rounding; all readers get the same one of them.
 */
final class SignalTable {
  private static final System.Logger LOG = System.getLogger(SignalTable.class.getName());

  private static final String PARQUET = ".parquet";

  /** What the folder holds, for people. Its first letter hides it from Spark. */
  private static final String DESCRIPTION = "_signal.json";

  private static final String FAILED_ATTEMPT = "failed_attempt";
  private static final String BEST = "best";

  private final SparkSession spark;
  private final SignalKey key;
  private final Path folder;

  SignalTable(SparkSession spark, Path store, SignalKey key) {
    this.spark = spark;
    this.key = key;
    this.folder = new Path(store, key.folder());
  }

  Path folder() {
    return folder;
  }

  /** Size of the stored files. */
  long bytes() {
    return files().stream().mapToLong(FileStatus::getLen).sum();
  }

  /** Whether no row is stored. */
  boolean isEmpty() {
    return files().isEmpty();
  }

  /** Rows as they are stored, with the shared columns and these of the signal's. */
  Dataset<Row> stored(List<SignalColumn> columns) {
    StructType schema = SignalSchema.spark(columns);
    return isEmpty()
        ? spark.createDataFrame(List.of(), schema)
        : spark.read().schema(schema).parquet(folder.toString());
  }

  /** Content keys of the rows with one of these statuses. */
  Dataset<Row> withStatus(Set<SampleStatus> statuses) {
    return stored(List.of())
        .filter(col(SignalColumns.STATUS).isin(codes(statuses::contains)))
        .select(SignalColumns.CONTENT_KEY);
  }

  /** Content keys of the files that executors see, too. */
  Dataset<Row> visible() {
    StructType schema = SignalSchema.spark(List.of());
    return (isEmpty()
            ? spark.createDataFrame(List.of(), schema)
            : spark
                .read()
                .schema(schema)
                .option("ignoreMissingFiles", "true")
                .parquet(folder.toString()))
        .select(SignalColumns.CONTENT_KEY);
  }

  /** One of the stored rows for each content key: the smallest by {@link #ordered}. */
  static Dataset<Row> distinct(Dataset<Row> rows) {
    List<String> columns = List.of(rows.columns()).stream().filter(SignalTable::isValue).toList();
    return rows.groupBy(SignalColumns.CONTENT_KEY)
        .agg(min(ordered(columns)).as(BEST))
        .select(
            Stream.concat(
                    Stream.of(col(SignalColumns.CONTENT_KEY)),
                    columns.stream().map(name -> col(BEST).getField(name).as(name)))
                .toArray(Column[]::new));
  }

  private static boolean isValue(String column) {
    return !column.equals(SignalColumns.CONTENT_KEY);
  }

  /**
   * Columns of a stored row as one value, of which the smallest is taken where rows have the same
   * content key: a row with a value comes before one of a failed attempt, and then column by
   * column. The columns stand in the order of the table, so the choice does not depend on which of
   * the last ones are read.
   */
  static Column ordered(List<String> columns) {
    Column failedAttempt =
        col(SignalColumns.STATUS).isin(codes(SampleStatus::isFailedAttempt)).as(FAILED_ATTEMPT);
    return struct(
        Stream.concat(Stream.of(failedAttempt), columns.stream().map(functions::col))
            .toArray(Column[]::new));
  }

  /** The codes of these statuses. */
  static Object[] codes(Predicate<SampleStatus> which) {
    return Arrays.stream(SampleStatus.values()).filter(which).map(SampleStatus::code).toArray();
  }

  /** Files of a run that can be seen from here. */
  long files(String run) {
    return files().stream()
        .filter(file -> file.getPath().getName().startsWith(SignalWriter.prefix(run)))
        .count();
  }

  /** Makes the folder, with a description of what it holds. */
  void create() {
    Path place = new Path(folder, DESCRIPTION);
    try {
      FileSystem fileSystem = fileSystem();
      if (!fileSystem.exists(place)) {
        try (FSDataOutputStream out = fileSystem.create(place, true)) {
          out.write((key.json().toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + place, e);
    }
  }

  /** Deletes unfinished files that tasks of a killed run left an hour ago or earlier. */
  void deleteStaleFiles() {
    try {
      StaleFiles.delete(fileSystem(), folder, "_scored-", "_merge-");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot tidy " + folder, e);
    }
  }

  /**
   * Merges many small files into few, once there are too many: {@link MergePlan}. A kill at any
   * moment leaves every row there at least once: what is merged is in place and counted over before
   * the first small file goes. Files that stand beside a damaged one stay as they are.
   */
  void mergeSmallFiles() {
    List<List<StoredFile>> groups =
        MergePlan.groups(
            files().stream()
                .map(file -> new StoredFile(file.getPath().getName(), file.getLen()))
                .toList());
    if (groups.isEmpty()) {
      return;
    }
    SerializableConfiguration hadoop =
        new SerializableConfiguration(spark.sessionState().newHadoopConf());
    // Closed with the session.
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    try {
      String merge = UUID.randomUUID().toString();
      List<String> faults =
          context
              .parallelize(groups, groups.size())
              .map(new MergeTask(folder.toString(), merge, hadoop))
              .collect();
      List<List<StoredFile>> copied = new ArrayList<>();
      for (int i = 0; i < groups.size(); i++) {
        if (faults.get(i).equals(MergeTask.COPIED)) {
          copied.add(groups.get(i));
        } else {
          LOG.log(
              Level.WARNING,
              "{0} small files of {1} are not merged: {2}. Delete that file, and its samples are scored again.",
              groups.get(i).size(),
              folder,
              faults.get(i));
        }
      }
      delete(copied, context, hadoop);
    } catch (Exception e) {
      throw new UncheckedIOException(
          "cannot merge the files of %s: %s".formatted(folder, e.getMessage()), new IOException(e));
    }
  }

  private void delete(
      List<List<StoredFile>> groups, JavaSparkContext context, SerializableConfiguration hadoop) {
    if (!groups.isEmpty()) {
      context.parallelize(groups, groups.size()).foreach(new DeleteTask(folder.toString(), hadoop));
    }
  }

  private List<FileStatus> files() {
    try {
      List<FileStatus> files = new ArrayList<>();
      for (FileStatus status : fileSystem().listStatus(folder)) {
        if (status.isFile() && status.getPath().getName().endsWith(PARQUET)) {
          files.add(status);
        }
      }
      return files;
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
  }

  private FileSystem fileSystem() throws IOException {
    return folder.getFileSystem(spark.sessionState().newHadoopConf());
  }
}
