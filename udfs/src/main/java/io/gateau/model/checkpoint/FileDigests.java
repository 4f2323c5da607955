package io.gateau.model.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * SHA-256 of whole files; remembered for this process while size and time of change stay the same.
 */
final class FileDigests {
  private static final int BUFFER = 1 << 20;
  private static final Map<Version, byte[]> KNOWN = new ConcurrentHashMap<>();

  private FileDigests() {}

  private record Version(Path file, long size, FileTime changed) {}

  static byte[] of(Path file) {
    try {
      Version version =
          new Version(file.toRealPath(), Files.size(file), Files.getLastModifiedTime(file));
      byte[] known = KNOWN.get(version);
      if (known == null) {
        known = digest(file);
        KNOWN.put(version, known);
      }
      return known.clone();
    } catch (IOException e) {
      throw new ModelException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static byte[] digest(Path file) throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return digest.digest();
  }
}
