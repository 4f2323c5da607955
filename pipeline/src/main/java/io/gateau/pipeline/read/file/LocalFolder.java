package io.gateau.pipeline.read.file;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The files below a folder of the local file system, without what is hidden.
 *
 * <p>Hadoop lists a folder again and again that holds a link to a folder above, and takes pipes,
 * which would never end, for files. Here every real folder is entered once, and links are followed
 * after everything else, so that what they lead to keeps the name without a link.
 */
final class LocalFolder {
  private final List<Path> files = new ArrayList<>();
  private final Set<Path> entered = new HashSet<>();
  private final Deque<Path> links = new ArrayDeque<>();

  private LocalFolder() {}

  /**
   * All files and what else is no folder, as paths that begin with {@code root}.
   *
   * @throws IOException if a folder cannot be listed
   * @throws InputException if a name cannot be read in the encoding of this JVM
   */
  static List<Path> files(Path root) throws IOException {
    LocalFolder folder = new LocalFolder();
    folder.enter(root);
    while (!folder.links.isEmpty()) {
      Path link = folder.links.remove();
      if (Files.isDirectory(link)) {
        folder.enter(link);
      } else if (Files.exists(link)) {
        folder.files.add(link);
      }
    }
    return folder.files;
  }

  private void enter(Path folder) throws IOException {
    if (!entered.add(folder.toRealPath())) {
      return;
    }
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      for (Path entry : stream) {
        requireReadableName(entry);
        entries.add(entry);
      }
    }
    Collections.sort(entries);
    for (Path entry : entries) {
      if (FileNames.isHidden(entry.getFileName().toString())) {
        continue;
      }
      if (Files.isSymbolicLink(entry)) {
        links.add(entry);
      } else if (Files.isDirectory(entry)) {
        enter(entry);
      } else {
        files.add(entry);
      }
    }
  }

  private static void requireReadableName(Path entry) {
    boolean readable;
    try {
      readable = Path.of(entry.toString()).equals(entry);
    } catch (InvalidPathException e) {
      readable = false;
    }
    if (!readable) {
      throw new InputException(
          "the file name %s is not text in the encoding %s that Java has from the locale; set LC_ALL=C.UTF-8 for driver and executors, or rename the file"
              .formatted(entry, System.getProperty("sun.jnu.encoding")));
    }
  }
}
