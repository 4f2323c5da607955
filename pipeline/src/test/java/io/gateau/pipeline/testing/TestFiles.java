package io.gateau.pipeline.testing;

import com.github.luben.zstd.ZstdCompressCtx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Writes the input files of the tests. */
public final class TestFiles {

  private TestFiles() {}

  public static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  public static byte[] zstd(byte[] bytes) {
    try (ZstdCompressCtx zstd = new ZstdCompressCtx().setChecksum(true)) {
      return zstd.compress(bytes);
    }
  }

  /** Writes a file, folders included, and returns its path as an input names it. */
  public static String write(Path folder, String name, byte[] bytes) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
    return file.toString();
  }

  public static String write(Path folder, String name, String text) throws IOException {
    return write(folder, name, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A good record with this id. */
  public static String good(String id) {
    return "{\"id\": \"%s\", \"context\": \"doc %s\", \"instruction\": \"ask\", \"response\": \"answer\"}"
        .formatted(id, id);
  }
}
