package io.gateau.pipeline.inflight;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.ShutdownHookManager;

/**
 * The files that this JVM has open for samples in work. They are deleted when it ends in order, by
 * Ctrl-C or SIGTERM, for which no sample is to blame.
 */
final class OpenLogs {
  private static final Map<Path, FileSystem> FILES = new ConcurrentHashMap<>();
  private static volatile boolean ending;

  static {
    // Before Hadoop closes its file systems.
    ShutdownHookManager.get()
        .addShutdownHook(OpenLogs::deleteAll, FileSystem.SHUTDOWN_HOOK_PRIORITY + 1);
  }

  private OpenLogs() {}

  /** Takes a file before it is written; false if it must not be any more. */
  static boolean add(Path file, FileSystem fileSystem) {
    FILES.put(file, fileSystem);
    return !ending;
  }

  static void remove(Path file) {
    FILES.remove(file);
  }

  private static void deleteAll() {
    ending = true;
    FILES.forEach(
        (file, fileSystem) -> {
          try {
            fileSystem.delete(file, false);
          } catch (IOException e) {
            // The sample is scored alone the next time, and nothing else happens.
            System.err.println("gateau: cannot delete " + file + ": " + e.getMessage());
          }
        });
  }
}
