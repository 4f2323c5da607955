package io.gateau.udf;

import io.gateau.model.checkpoint.ModelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.conf.Configuration;

/**
 * Copies of model folders on this machine. A copy lies in {@code CACHE/URL/VERSION}, both as
 * digests; the version is that of the names, lengths and ETags (or times of change) of the files,
 * so a model that changes gets a new folder. A folder of that name is whole: it is filled under
 * another name and then renamed. A lock lets one process at a time fetch a version, and the others
 * find it.
 */
final class ModelFolderCache {
  private static final String OWNER_ONLY = "rwx------";

  private final Path cache;
  private final Configuration hadoop;

  /**
   * A cache.
   *
   * @param cache folder of the copies, which need not exist yet; it must be the user's own, since
   *     what lies in it is taken for the model
   * @param hadoop the configuration of the stores
   */
  ModelFolderCache(Path cache, Configuration hadoop) {
    this.cache = cache;
    this.hadoop = hadoop;
  }

  /**
   * The folder with a copy of the model that a URL holds now.
   *
   * @throws ModelException if the URL holds no model, the store cannot be read, or the disk is full
   */
  Path directory(String url) {
    try {
      RemoteModel model = RemoteModel.list(url, hadoop);
      Path copies = cache.resolve(DigestUtils.sha256Hex(url).substring(0, 16));
      Path copy = copies.resolve(model.version());
      if (!Files.isDirectory(copy)) {
        createOwn(cache);
        Files.createDirectories(copies);
        fetch(model, copy);
      }
      return copy;
    } catch (IOException | UncheckedIOException e) {
      throw new ModelException(
          "the model %s cannot be fetched to %s: %s".formatted(url, cache, e.getMessage()), e);
    }
  }

  /** Locks are held by processes, so the threads of this one must take turns. */
  private static synchronized void fetch(RemoteModel model, Path copy) throws IOException {
    Path lockFile = copy.resolveSibling(copy.getFileName() + ".lock");
    try (FileChannel channel =
            FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (!lock.isValid() || Files.isDirectory(copy)) {
        return;
      }
      Path unfinished = copy.resolveSibling(copy.getFileName() + ".unfinished");
      // Left by a process that was killed.
      delete(unfinished);
      Files.createDirectory(unfinished);
      try {
        model.copyTo(unfinished);
        Files.move(unfinished, copy, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        delete(unfinished);
      }
    }
  }

  private static void createOwn(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      requireOwn(folder);
      return;
    }
    Path parent = folder.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    try {
      Files.createDirectory(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)));
    } catch (FileAlreadyExistsException e) {
      requireOwn(folder);
    }
  }

  /** In a folder that all may write to, someone else could have put another model there. */
  private static void requireOwn(Path folder) throws IOException {
    String owner = Files.getOwner(folder).getName();
    String user = System.getProperty("user.name");
    if (!owner.equals(user)) {
      throw new IOException(
          "the folder belongs to %s and not to %s; name another one with %s"
              .formatted(owner, user, FetchedModels.CACHE));
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> entries;
    try (Stream<Path> walk = Files.walk(folder)) {
      entries = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path entry : entries) {
      Files.delete(entry);
    }
  }
}
