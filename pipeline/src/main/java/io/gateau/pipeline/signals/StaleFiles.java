package io.gateau.pipeline.signals;

import java.io.IOException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Files and folders under hidden names that a killed run could not finish. */
public final class StaleFiles {
  /** A file that a living run writes is younger. */
  private static final long ABANDONED_MILLIS = 3_600_000;

  private StaleFiles() {}

  /** Removes what lies in {@code folder} under a name that starts so and is an hour old or more. */
  public static void sweep(FileSystem fileSystem, Path folder, String... prefixes)
      throws IOException {
    if (!fileSystem.exists(folder)) {
      return;
    }
    long abandoned = System.currentTimeMillis() - ABANDONED_MILLIS;
    for (FileStatus status : fileSystem.listStatus(folder)) {
      if (status.getModificationTime() < abandoned && starts(status.getPath(), prefixes)) {
        fileSystem.delete(status.getPath(), true);
      }
    }
  }

  private static boolean starts(Path path, String... prefixes) {
    for (String prefix : prefixes) {
      if (path.getName().startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }
}
