package io.gateau.pipeline.read.json;

import io.gateau.pipeline.read.file.InputFile;
import io.gateau.pipeline.read.file.InputFormat;
import io.gateau.pipeline.read.file.JsonShape;
import io.gateau.pipeline.read.file.TaskSizes;
import java.io.IOException;
import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Divides JSON files into tasks: large ones by lines, and several small ones to a task, by {@link
 * TaskSizes}.
 *
 * <p>A part must know the numbers of its lines and records, so the lines of files that are divided
 * are counted first, in parallel. Files with an array and compressed files are not divided.
 */
final class ReadTasks {

  /** A byte of a compressed file is so many bytes to read: JSON shrinks to about a quarter. */
  private static final long EXPANSION = 4;

  private final SparkSession spark;
  private final TaskSizes sizes;

  private ReadTasks(SparkSession spark, TaskSizes sizes) {
    this.spark = spark;
    this.sizes = sizes;
  }

  /** What each task reads; together all of the files. May run a Spark job that counts lines. */
  static List<List<FilePart>> of(SparkSession spark, List<InputFile> files) {
    TaskSizes sizes = TaskSizes.of(spark, files, file -> weight(FilePart.whole(file)));
    List<FilePart> parts = new ReadTasks(spark, sizes).divide(files);
    return sizes.pack(parts, ReadTasks::weight);
  }

  private List<FilePart> divide(List<InputFile> files) {
    List<InputFile> large =
        files.stream()
            .filter(file -> file.format().isSeekable() && file.bytes() > sizes.taskBytes())
            .toList();
    Set<InputFile> divided = new LinkedHashSet<>(large);
    arrays(large).forEach(divided::remove);
    List<FilePart> parts = new ArrayList<>();
    files.stream()
        .filter(file -> !divided.contains(file))
        .forEach(file -> parts.add(FilePart.whole(file)));

    List<FilePiece> pieces =
        divided.stream().flatMap(file -> FilePiece.of(file, sizes.taskBytes()).stream()).toList();
    List<LineCount> counts = each(pieces, LineCount::of);
    int first = 0;
    for (InputFile file : divided) {
      int next = first + FilePiece.of(file, sizes.taskBytes()).size();
      parts.addAll(LineCount.parts(file, counts.subList(first, next)));
      first = next;
    }
    return parts;
  }

  /** The files that may hold an array: by their names, and by how they begin. */
  private List<InputFile> arrays(List<InputFile> files) {
    List<FilePiece> beginnings =
        files.stream()
            .filter(file -> InputFormat.shape(file.path()) == JsonShape.ARRAY_OR_LINES)
            .map(file -> new FilePiece(file, 0, sizes.taskBytes()))
            .toList();
    List<Boolean> lines = each(beginnings, FilePiece::beginsWithLine);
    List<InputFile> arrays = new ArrayList<>();
    for (int i = 0; i < beginnings.size(); i++) {
      if (!lines.get(i)) {
        arrays.add(beginnings.get(i).file());
      }
    }
    return arrays;
  }

  private static long weight(FilePart part) {
    return part.bytes() * (part.file().format().isSeekable() ? 1 : EXPANSION);
  }

  /** What a task finds out about a piece of a file. */
  private interface Look<T> extends Serializable {
    T at(FilePiece piece, Configuration hadoop) throws IOException;
  }

  /** Looks at each piece in a task of its own; starts no job for none. */
  private <T> List<T> each(List<FilePiece> pieces, Look<T> look) {
    if (pieces.isEmpty()) {
      return List.of();
    }
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    return new JavaSparkContext(spark.sparkContext())
        .parallelize(pieces, pieces.size())
        .map(new LookAt<>(look, hadoop))
        .collect();
  }

  private static final class LookAt<T> implements Function<FilePiece, T> {
    @Serial private static final long serialVersionUID = 1;

    private final Look<T> look;
    private final SerializableConfiguration hadoop;

    LookAt(Look<T> look, Configuration hadoop) {
      this.look = look;
      this.hadoop = new SerializableConfiguration(hadoop);
    }

    @Override
    public T call(FilePiece piece) throws IOException {
      return look.at(piece, hadoop.value());
    }
  }
}
