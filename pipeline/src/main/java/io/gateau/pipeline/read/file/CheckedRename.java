package io.gateau.pipeline.read.file;

import java.io.IOException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A rename whose failure is an exception; Hadoop's own returns false. */
public final class CheckedRename {
  private CheckedRename() {}

  /**
   * Renames a file or folder.
   *
   * @throws IOException if the file system cannot rename it or refuses to
   */
  public static void rename(FileSystem fileSystem, Path from, Path to) throws IOException {
    if (!fileSystem.rename(from, to)) {
      throw new IOException("cannot rename %s to %s".formatted(from, to));
    }
  }
}
