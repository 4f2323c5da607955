package io.gateau.pipeline.read.json;

import io.gateau.pipeline.read.file.InputFormat;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/** The decompressed bytes of one JSON file or a part of it, one at a time, with the line count. */
final class ByteSource implements Closeable {

  private static final int[] BYTE_ORDER_MARK = {0xEF, 0xBB, 0xBF};

  private final InputStream file;
  private final InputFormat format;
  private final byte[] buffer = new byte[1 << 16];
  private final long start;
  private final long end;
  private InputStream in;
  private int position;
  private int limit;
  private long delivered;
  private long line;
  private DamagedArchiveException damage;

  /** Opens nothing yet, so that a broken archive header is met while reading. */
  ByteSource(InputStream file, InputFormat format) {
    this(file, format, 0, Long.MAX_VALUE, 1);
  }

  /** The bytes of a part; the file stands at its start. */
  ByteSource(InputStream file, FilePart part) {
    this(file, part.file().format(), part.start(), part.end(), part.line());
  }

  private ByteSource(InputStream file, InputFormat format, long start, long end, long line) {
    this.file = file;
    this.format = format;
    this.start = start;
    this.end = end;
    this.delivered = start;
    this.line = line;
  }

  /** The 1-based line of the next byte. */
  long line() {
    return line;
  }

  /** The place of the next byte among the decompressed bytes, counted from 0. */
  long offset() {
    return delivered - limit + position;
  }

  /** Whether {@link #offset} is also a place in the file. */
  boolean isSeekable() {
    return format.isSeekable();
  }

  /** The next byte in [0, 255], or -1 at the end. */
  int read() throws IOException {
    int b = peek();
    if (b >= 0) {
      position++;
      if (b == '\n') {
        line++;
      }
    }
    return b;
  }

  /** What {@link #read} returns next. */
  int peek() throws IOException {
    if (position == limit && !fill()) {
      return -1;
    }
    return buffer[position] & 0xFF;
  }

  /** Steps over JSON's white space. */
  void skipWhitespace() throws IOException {
    while (isWhitespace(peek())) {
      read();
    }
  }

  static boolean isWhitespace(int b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  private boolean fill() throws IOException {
    if (damage != null) {
      throw damage;
    }
    try {
      boolean first = in == null;
      if (first) {
        in = format.open(file);
      }
      position = 0;
      limit = 0;
      int want = first ? BYTE_ORDER_MARK.length : 1;
      while (limit < want) {
        int n = in.read(buffer, limit, (int) Math.min(buffer.length - limit, end - delivered));
        if (n < 0 || delivered == end) {
          break;
        }
        limit += n;
        delivered += n;
      }
      if (first && start == 0 && startsWithByteOrderMark()) {
        position = BYTE_ORDER_MARK.length;
        return position < limit || fill();
      }
      return limit > 0;
    } catch (IOException e) {
      if (!format.isDamage(e)) {
        throw e;
      }
      damage = new DamagedArchiveException(delivered, e);
      if (limit == 0) {
        throw damage;
      }
      // The bytes in front of the damage are read first.
      return true;
    }
  }

  private boolean startsWithByteOrderMark() {
    return limit >= BYTE_ORDER_MARK.length && isByteOrderMark(buffer);
  }

  /** Whether these bytes, three at least, begin with the mark of UTF-8. */
  static boolean isByteOrderMark(byte[] bytes) {
    for (int i = 0; i < BYTE_ORDER_MARK.length; i++) {
      if ((bytes[i] & 0xFF) != BYTE_ORDER_MARK[i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    if (in != null) {
      in.close();
    }
    file.close();
  }
}
