package io.gateau.pipeline.read.file;

import com.github.luben.zstd.ZstdIOException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.ZipException;

/** What the name of a file says about its bytes. */
public enum InputFormat {
  JSON {
    @Override
    public InputStream open(InputStream file) {
      return file;
    }
  },
  JSON_GZIP {
    @Override
    public InputStream open(InputStream file) {
      return new GzipMembers(file);
    }
  },
  JSON_ZSTD {
    @Override
    public InputStream open(InputStream file) {
      return new ZstdFrames(file);
    }
  },
  PARQUET {
    @Override
    public InputStream open(InputStream file) {
      throw new UnsupportedOperationException("Parquet is no stream of text");
    }
  };

  /** How the name of a Parquet file ends, in lower case. */
  public static final String PARQUET_EXTENSION = ".parquet";

  /** The extensions that are read, for messages. */
  static final String EXTENSIONS = ".jsonl, .ndjson, .json (each also .gz or .zst) and .parquet";

  /** The format of a file name; empty if its extension is not known. */
  static Optional<InputFormat> of(String fileName) {
    String name = fileName.toLowerCase(Locale.ROOT);
    if (name.endsWith(PARQUET_EXTENSION)) {
      return Optional.of(PARQUET);
    }
    String text = decompressed(name);
    if (!text.endsWith(".jsonl") && !text.endsWith(".ndjson") && !text.endsWith(".json")) {
      return Optional.empty();
    }
    return Optional.of(name.endsWith(".gz") ? JSON_GZIP : name.endsWith(".zst") ? JSON_ZSTD : JSON);
  }

  /** How a JSON file of this name is cut into records: an array is named {@code .json}. */
  public static JsonShape shape(String fileName) {
    return decompressed(fileName.toLowerCase(Locale.ROOT)).endsWith(".json")
        ? JsonShape.ARRAY_OR_LINES
        : JsonShape.LINES;
  }

  /** The name without what says how the file is compressed. */
  private static String decompressed(String name) {
    return name.replaceFirst("\\.(gz|zst)$", "");
  }

  /** The decompressed bytes of a file. */
  public abstract InputStream open(InputStream file);

  /**
   * Whether a record can be read without what stands in front of it, from its place in the file.
   */
  public boolean isSeekable() {
    return this == JSON;
  }

  /** Whether this error of a stream from {@link #open} means that the archive itself is damaged. */
  public boolean isDamage(IOException e) {
    return switch (this) {
      case JSON_GZIP -> e instanceof EOFException || e instanceof ZipException;
      case JSON_ZSTD -> e instanceof EOFException || e instanceof ZstdIOException;
      case JSON, PARQUET -> false;
    };
  }
}
