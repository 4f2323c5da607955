package io.gateau.model.checkpoint;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * SHA-256 of whole files. A digest is kept for the life of this process, as long as the file's size
 * and time of change stay the same.
 */
final class FileDigests {
  private static final int BUFFER_BYTES = 1 << 20;
  private static final Map<Version, Digest> KNOWN = new ConcurrentHashMap<>();

  private FileDigests() {}

  /** One thread reads a file, and others that want it too wait. */
  private static final class Digest {
    private byte[] sum;

    synchronized byte[] of(Path file) throws IOException {
      if (sum == null) {
        sum = read(file);
      }
      return sum.clone();
    }
  }

  private record Version(Path file, long size, FileTime changed) {}

  /**
   * The 32 bytes of a file's SHA-256.
   *
   * @throws ModelException if the file cannot be read
   */
  static byte[] sha256(Path file) {
    try {
      Version version =
          new Version(file.toRealPath(), Files.size(file), Files.getLastModifiedTime(file));
      return KNOWN.computeIfAbsent(version, absent -> new Digest()).of(file);
    } catch (IOException e) {
      throw new ModelException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static byte[] read(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES)) {
      return DigestUtils.sha256(in);
    }
  }
}
