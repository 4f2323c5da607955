package io.gateau.pipeline.tables;

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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Replaces tables of an output folder: all are written under hidden names first, and then {@link
 * TableSwitch} puts them in place.
 */
public final class TableReplacement {
  /** Writes a table. */
  public interface Writer {
    /**
     * Writes to a folder that does not exist yet.
     *
     * @throws IOException if the file system fails
     */
    void write(String path) throws IOException;
  }

  private final FileSystem fileSystem;
  private final Path folder;

  /**
   * For the tables of a folder.
   *
   * @param folder qualified
   */
  public TableReplacement(FileSystem fileSystem, Path folder) {
    this.fileSystem = fileSystem;
    this.folder = folder;
  }

  /**
   * Replaces tables.
   *
   * @param writers path of a table, relative to the folder, to what writes it
   * @param manifest gives the text of the manifest that goes with the tables, once they are written
   * @throws UncheckedIOException if the file system fails: before the switch nothing staged remains
   *     then; after it the next {@link TableSwitch#finish} does the rest
   */
  public void replace(Map<String, Writer> writers, Supplier<String> manifest) {
    Map<String, Path> staged = new LinkedHashMap<>();
    writers
        .keySet()
        .forEach(
            table -> {
              Path place = new Path(folder, table);
              staged.put(table, HiddenPath.of(place.getParent(), place.getName()));
            });
    try {
      write(writers, staged);
    } catch (IOException e) {
      discard(staged.values(), e);
      throw failed(e);
    } catch (RuntimeException e) {
      discard(staged.values(), e);
      throw e;
    }
    try {
      new TableSwitch(fileSystem, folder).execute(staged, manifest.get());
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private UncheckedIOException failed(IOException e) {
    return new UncheckedIOException(
        "cannot replace the tables of %s: %s"
            .formatted(QualifiedPath.display(folder), e.getMessage()),
        e);
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
