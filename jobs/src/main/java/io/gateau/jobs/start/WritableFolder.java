package io.gateau.jobs.start;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Whether files can be made in a folder of this machine, which need not exist yet. */
final class WritableFolder {
  private WritableFolder() {}

  /**
   * Why no file can be made in a folder; empty if one can. If there is no such folder, the nearest
   * one above it is tried. The file of the trial is deleted, and its name is hidden from Spark.
   */
  static Optional<String> fault(Path folder) {
    Path nearest = folder.toAbsolutePath().normalize();
    while (!Files.exists(nearest) && !Files.isSymbolicLink(nearest)) {
      nearest = nearest.getParent();
    }
    if (!Files.isDirectory(nearest)) {
      return Optional.of("%s is no folder".formatted(nearest));
    }
    try {
      Files.delete(Files.createTempFile(nearest, "_gateau-", ".trial"));
      return Optional.empty();
    } catch (AccessDeniedException e) {
      return Optional.of("this user may not write to %s".formatted(nearest));
    } catch (IOException e) {
      return Optional.of(
          e instanceof FileSystemException fault && fault.getReason() != null
              ? "%s: %s".formatted(nearest, fault.getReason())
              : "no file can be made in %s".formatted(nearest));
    }
  }
}
