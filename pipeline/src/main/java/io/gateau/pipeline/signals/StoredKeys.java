package io.gateau.pipeline.signals;

import io.gateau.score.ModelSignal;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;

/** What earlier attempts of a task have stored, so that it is not scored again. */
public final class StoredKeys {
  /** Nothing was stored. */
  public static final StoredKeys NONE = new StoredKeys(Map.of());

  private final Map<String, Set<String>> bySignal;

  private StoredKeys(Map<String, Set<String>> bySignal) {
    this.bySignal = bySignal;
  }

  /**
   * Reads the content keys of the files of a task.
   *
   * @param folders name of a {@link ModelSignal} to the folder of its key, qualified
   * @param writer what its {@link SignalWriter}s are named by
   */
  public static StoredKeys of(
      Map<String, String> folders, String writer, Configuration configuration) throws IOException {
    Map<String, Set<String>> bySignal = new HashMap<>();
    for (Map.Entry<String, String> signal : folders.entrySet()) {
      Set<String> keys = new HashSet<>();
      for (FileStatus file : files(new Path(signal.getValue()), configuration)) {
        if (file.getPath().getName().startsWith(SignalWriter.prefix(writer))) {
          addKeys(file.getPath(), configuration, keys);
        }
      }
      bySignal.put(signal.getKey(), keys);
    }
    return new StoredKeys(bySignal);
  }

  /** Whether all of these signals of a sample are stored. */
  public boolean has(String contentKey, Collection<ModelSignal> signals) {
    return !bySignal.isEmpty()
        && signals.stream().allMatch(signal -> bySignal.get(signal.name()).contains(contentKey));
  }

  private static FileStatus[] files(Path folder, Configuration configuration) throws IOException {
    try {
      return folder.getFileSystem(configuration).listStatus(folder);
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    }
  }

  private static void addKeys(Path file, Configuration configuration, Set<String> keys)
      throws IOException {
    Configuration keysOnly = new Configuration(configuration);
    keysOnly.set(ReadSupport.PARQUET_READ_SCHEMA, SignalSchema.CONTENT_KEY.toString());
    try (ParquetReader<Group> reader =
        ParquetReader.builder(new GroupReadSupport(), file).withConf(keysOnly).build()) {
      for (Group row = reader.read(); row != null; row = reader.read()) {
        keys.add(row.getString(SignalColumns.CONTENT_KEY, 0));
      }
    }
  }
}
