package io.gateau.pipeline;

import io.gateau.pipeline.read.file.CheckedRename;
import io.gateau.pipeline.read.file.QualifiedPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Replaces tables of a folder: all are written under hidden names first, and then each is renamed
 * to its place. Until then the old table stays; a rename that fails puts it back.
 */
final class TableReplacement {
  private final FileSystem fileSystem;
  private final Path folder;

  TableReplacement(FileSystem fileSystem, Path folder) {
    this.fileSystem = fileSystem;
    this.folder = folder;
  }

  /** A new name beside the tables that readers pass over. */
  static Path hidden(Path folder, String name) {
    return new Path(folder, "_" + name + "-" + UUID.randomUUID());
  }

  /**
   * Replaces the tables of these names, in order.
   *
   * @throws UncheckedIOException if the file system fails; nothing staged remains then
   */
  void replace(Map<String, Dataset<Row>> tables) {
    Map<String, Path> staged = new LinkedHashMap<>();
    try {
      tables.forEach(
          (table, rows) -> {
            staged.put(table, hidden(folder, table));
            rows.write().parquet(staged.get(table).toString());
          });
      for (Map.Entry<String, Path> table : staged.entrySet()) {
        replace(new Path(folder, table.getKey()), table.getValue());
      }
    } catch (IOException e) {
      discard(staged.values(), e);
      throw new UncheckedIOException(
          "cannot replace the tables of %s: %s"
              .formatted(QualifiedPath.display(folder), e.getMessage()),
          e);
    } catch (RuntimeException e) {
      discard(staged.values(), e);
      throw e;
    }
  }

  private void replace(Path place, Path successor) throws IOException {
    Path before = hidden(folder, place.getName());
    boolean present = fileSystem.exists(place);
    if (present) {
      CheckedRename.rename(fileSystem, place, before);
    }
    try {
      CheckedRename.rename(fileSystem, successor, place);
    } catch (IOException e) {
      if (present) {
        CheckedRename.rename(fileSystem, before, place);
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
}
