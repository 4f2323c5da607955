package io.gateau.pipeline.read.file;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
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
    public InputStream open(InputStream file) throws IOException {
      return new GZIPInputStream(new HonestAvailable(file), BUFFER);
    }
  },
  JSON_ZSTD {
    @Override
    public InputStream open(InputStream file) throws IOException {
      HonestAvailable bytes = new HonestAvailable(file);
      if (bytes.available() == 0) {
        // The library takes a file cut down to nothing for an empty one.
        throw new EOFException("it has no bytes");
      }
      return new ZstdInputStream(bytes);
    }
  },
  PARQUET {
    @Override
    public InputStream open(InputStream file) {
      throw new UnsupportedOperationException("Parquet is read by Spark");
    }
  };

  /** The extensions that are read, for messages. */
  static final String EXTENSIONS = ".jsonl, .ndjson, .json (each also .gz or .zst) and .parquet";

  private static final int BUFFER = 1 << 16;

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
  public abstract InputStream open(InputStream file) throws IOException;

  /** Whether this error of a stream from {@link #open} means that the archive itself is damaged. */
  public boolean isDamage(IOException e) {
    return switch (this) {
      case JSON_GZIP -> e instanceof EOFException || e instanceof ZipException;
      case JSON_ZSTD -> e instanceof EOFException || e instanceof ZstdIOException;
      case JSON, PARQUET -> false;
    };
  }

  /**
   * Says that bytes are available while there are any: GZIPInputStream asks before it goes on to
   * the next member of a concatenated file, and remote streams may answer 0 in the middle of one.
   */
  private static final class HonestAvailable extends FilterInputStream {
    HonestAvailable(InputStream in) {
      super(new PushbackInputStream(in, 1));
    }

    @Override
    public int available() throws IOException {
      int next = in.read();
      if (next < 0) {
        return 0;
      }
      ((PushbackInputStream) in).unread(next);
      return 1;
    }
  }
}
