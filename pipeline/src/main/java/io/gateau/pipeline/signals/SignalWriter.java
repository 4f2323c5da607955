package io.gateau.pipeline.signals;

import io.gateau.pipeline.read.file.WholeFiles;
import io.gateau.score.ModelSignal;
import io.gateau.score.SignalColumn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.MessageType;

/**
 * Adds values to the store from within a task, a Parquet file per signal at a time: Spark's own
 * writer shows a task's rows only when the task has ended, which for long samples is too late.
 */
public final class SignalWriter {
  private final Map<String, Path> folders;
  private final String run;
  private final Configuration configuration;
  private final long intervalNanos;
  private final Map<ModelSignal, List<StoredSignal>> waiting = new LinkedHashMap<>();
  private long lastStored = System.nanoTime();
  private long files;

  /**
   * A writer for one task.
   *
   * @param folders name of a {@link ModelSignal} to the folder of its key, qualified
   * @param run begins the names of the files, so that those of a run and of a task are found; it is
   *     of letters, digits and hyphens
   * @param configuration Hadoop's, with the file system of the folders
   * @param checkpointSeconds the least time between two files, in seconds; 0 stores at every call
   */
  public SignalWriter(
      Map<String, String> folders, String run, Configuration configuration, int checkpointSeconds) {
    this.folders = new LinkedHashMap<>();
    folders.forEach((signal, folder) -> this.folders.put(signal, new Path(folder)));
    this.run = run;
    this.configuration = configuration;
    this.intervalNanos = checkpointSeconds * 1_000_000_000L;
  }

  /** Takes rows; stores all that wait once the interval since the last files has passed. */
  public void add(List<StoredSignal> rows) throws IOException {
    for (StoredSignal row : rows) {
      waiting.computeIfAbsent(row.signal(), signal -> new ArrayList<>()).add(row);
    }
    if (System.nanoTime() - lastStored >= intervalNanos) {
      store();
    }
  }

  /** Stores the rows that wait. */
  public void store() throws IOException {
    lastStored = System.nanoTime();
    for (Map.Entry<ModelSignal, List<StoredSignal>> signal : waiting.entrySet()) {
      store(signal.getKey(), signal.getValue());
      files++;
    }
    waiting.clear();
  }

  /** Files that this writer has added. */
  public long files() {
    return files;
  }

  /** Beginning of the names of the files of a run. */
  static String prefix(String run) {
    return "scored-" + run + "-";
  }

  private void store(ModelSignal signal, List<StoredSignal> rows) throws IOException {
    Path place = new Path(folders.get(signal.name()), prefix(run) + UUID.randomUUID() + ".parquet");
    WholeFiles.write(place.getFileSystem(configuration), place, parquet(signal, rows));
  }

  private byte[] parquet(ModelSignal signal, List<StoredSignal> rows) throws IOException {
    MessageType schema = SignalSchema.parquet(signal.signal());
    ParquetBytes file = new ParquetBytes();
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(file)
            .withConf(configuration)
            .withType(schema)
            .withCompressionCodec(CompressionCodecName.ZSTD)
            .build()) {
      for (StoredSignal row : rows) {
        writer.write(group(schema, row));
      }
    }
    return file.content();
  }

  private static Group group(MessageType schema, StoredSignal row) {
    Group group = new SimpleGroup(schema);
    group.add(SignalColumns.CONTENT_KEY, row.contentKey());
    group.add(SignalColumns.STATUS, row.status().code());
    group.add(SignalColumns.CONTEXT_TOKENS, row.lengths().context());
    group.add(SignalColumns.RESPONSE_TOKENS, row.lengths().response());
    group.add(SignalColumns.SEQUENCE_TOKENS, row.lengths().sequence());
    group.add(SignalColumns.TRUNCATED, row.lengths().truncated());
    row.error().ifPresent(error -> group.add(SignalColumns.ERROR, error));
    row.value()
        .ifPresent(
            value -> {
              List<SignalColumn> columns = row.signal().signal().columns();
              for (int i = 0; i < columns.size(); i++) {
                add(group, columns.get(i), value.get(i));
              }
            });
    return group;
  }

  private static void add(Group group, SignalColumn column, Object value) {
    switch (column.type()) {
      case DOUBLE -> group.add(column.name(), (double) value);
      case DOUBLES -> {
        Group list = group.addGroup(column.name());
        for (double element : (double[]) value) {
          list.addGroup("list").add("element", element);
        }
      }
      case FLOATS -> {
        Group list = group.addGroup(column.name());
        for (float element : (float[]) value) {
          list.addGroup("list").add("element", element);
        }
      }
    }
  }
}
