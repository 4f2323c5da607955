package io.gateau.pipeline;

import io.gateau.pipeline.read.file.CheckedRename;
import io.gateau.pipeline.read.file.QualifiedPath;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Replaces tables of a folder: all are written under hidden names first, and then each is renamed
 * to its place. Until then the old table stays; a rename that fails puts it back.
 */
final class TableReplacement {
  /** Writes a table. */
  interface Writer {
    /**
     * Writes to a folder that does not exist yet.
     *
     * @throws IOException if the file system fails
     */
    void write(String path) throws IOException;
  }

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
  void replace(Map<String, Writer> writers) {
    Map<String, Path> staged = new LinkedHashMap<>();
    writers.keySet().forEach(table -> staged.put(table, hidden(folder, table)));
    try {
      write(writers, staged);
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

  /**
   * Writes all tables at once, because a small one leaves most of a cluster idle. A failure is
   * thrown when all have ended, so that nothing is written afterwards; an interruption ends them
   * all.
   */
  private static void write(Map<String, Writer> writers, Map<String, Path> staged)
      throws IOException {
    ExecutorService threads = Executors.newFixedThreadPool(writers.size());
    List<Future<?>> tables = new ArrayList<>();
    writers.forEach(
        (table, writer) ->
            tables.add(
                threads.submit(
                    () -> {
                      writer.write(staged.get(table).toString());
                      return null;
                    })));
    threads.shutdown();
    Optional<Throwable> failure = Optional.empty();
    for (Future<?> table : tables) {
      try {
        table.get();
      } catch (ExecutionException e) {
        failure = failure.or(() -> Optional.of(e.getCause()));
      } catch (InterruptedException e) {
        threads.shutdownNow();
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while tables were written");
      }
    }
    if (failure.isPresent()) {
      throwAsIs(failure.get());
    }
  }

  private static void throwAsIs(Throwable failure) throws IOException {
    if (failure instanceof IOException e) {
      throw e;
    } else if (failure instanceof RuntimeException e) {
      throw e;
    } else if (failure instanceof Error e) {
      throw e;
    }
    throw new IllegalStateException(failure.getMessage(), failure);
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
