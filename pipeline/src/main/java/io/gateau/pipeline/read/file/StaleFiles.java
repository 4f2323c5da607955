package io.gateau.pipeline.read.file;

import java.io.IOException;
import java.util.Arrays;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Files and folders under hidden names that a killed run could not finish. */
public final class StaleFiles {
  /** One hour: a file that a live run writes is younger. */
  private static final long STALE_MILLIS = 3_600_000;

  private StaleFiles() {}

  /**
   * Deletes what lies in {@code folder}, was last modified an hour ago or earlier, and has a name
   * that starts with one of the prefixes; does nothing if there is no such folder.
   */
  public static void delete(FileSystem fileSystem, Path folder, String... prefixes)
      throws IOException {
    if (!fileSystem.exists(folder)) {
      return;
    }
    long limit = System.currentTimeMillis() - STALE_MILLIS;
    for (FileStatus status : fileSystem.listStatus(folder)) {
      String name = status.getPath().getName();
      if (status.getModificationTime() < limit
          && Arrays.stream(prefixes).anyMatch(name::startsWith)) {
        fileSystem.delete(status.getPath(), true);
      }
    }
  }
}
