package io.gateau.pipeline.read;

import com.github.luben.zstd.ZstdIOException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.ZipException;

/** What the name of a file says about its bytes. */
enum InputFormat {
  JSON {
    @Override
    InputStream open(InputStream file) {
      return file;
    }
  },
  JSON_GZIP {
    @Override
    InputStream open(InputStream file) {
      return new GzipMembers(file);
    }
  },
  JSON_ZSTD {
    @Override
    InputStream open(InputStream file) {
      return new ZstdFrames(file);
    }
  },
  PARQUET {
    @Override
    InputStream open(InputStream file) {
      throw new UnsupportedOperationException("Parquet is read by Spark");
    }
  };

  /** The extensions that are read, for messages. */
  static final String EXTENSIONS = ".jsonl, .ndjson, .json (each also .gz or .zst) and .parquet";

  /** The format of a file name; empty if its extension is not known. */
  static Optional<InputFormat> of(String fileName) {
    String name = fileName.toLowerCase(Locale.ROOT);
    if (name.endsWith(".parquet")) {
      return Optional.of(PARQUET);
    }
    if (isJson(name)) {
      return Optional.of(JSON);
    }
    if (name.endsWith(".gz") && isJson(name.substring(0, name.length() - ".gz".length()))) {
      return Optional.of(JSON_GZIP);
    }
    if (name.endsWith(".zst") && isJson(name.substring(0, name.length() - ".zst".length()))) {
      return Optional.of(JSON_ZSTD);
    }
    return Optional.empty();
  }

  private static boolean isJson(String name) {
    return name.endsWith(".jsonl") || name.endsWith(".ndjson") || name.endsWith(".json");
  }

  /** The decompressed bytes of a file. */
  abstract InputStream open(InputStream file);

  /** Whether this error of a stream from {@link #open} means that the archive itself is damaged. */
  boolean isDamage(IOException e) {
    return switch (this) {
      case JSON_GZIP -> e instanceof EOFException || e instanceof ZipException;
      case JSON_ZSTD -> e instanceof EOFException || e instanceof ZstdIOException;
      case JSON, PARQUET -> false;
    };
  }
}
