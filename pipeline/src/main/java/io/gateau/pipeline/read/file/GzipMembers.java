package io.gateau.pipeline.read.file;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * The decompressed bytes of a gzip file (RFC 1952), all its members one after the other.
 *
 * <p>Libraries do not do what the reader needs. {@link java.util.zip.GZIPInputStream} takes a
 * damaged header of a later member, and anything else behind the first, for the end of the file.
 * {@code GzipCompressorInputStream} of commons-compress 1.28 refuses the zeros that gzip allows for
 * padding and an extra field without subfields; it drops decompressed bytes in front of the damage;
 * and its error for a damaged member is a plain {@link IOException}, as for a disk that fails. Here
 * a member is followed by another member, zeros or the end of the file, and nothing else.
 */
final class GzipMembers extends InputStream {

  private static final int DEFLATE = 8;
  private static final int HEADER_CHECKSUM = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;
  private static final int RESERVED = 0xE0;

  private final InputStream file;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 checksum = new CRC32();
  private final byte[] buffer = new byte[1 << 16];
  private int position;
  private int limit;
  private boolean first = true;
  private boolean inMember;

  GzipMembers(InputStream file) {
    this.file = file;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  /**
   * At least one byte, or -1 at the end.
   *
   * @throws EOFException if the file ends in the middle of a member
   * @throws ZipException if a member is damaged or something else stands behind one
   */
  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, to.length);
    if (length == 0) {
      return 0;
    }
    while (inMember || startsMember()) {
      int n = inflate(to, offset, length);
      if (n > 0) {
        checksum.update(to, offset, n);
        return n;
      }
      if (inflater.finished()) {
        endMember();
      } else if (inflater.needsDictionary()) {
        throw new ZipException("a gzip member asks for a dictionary");
      } else {
        fill();
        inflater.setInput(buffer, position, limit - position);
      }
    }
    return -1;
  }

  private int inflate(byte[] to, int offset, int length) throws ZipException {
    try {
      return inflater.inflate(to, offset, length);
    } catch (DataFormatException e) {
      throw new ZipException(e.getMessage() == null ? "not deflated data" : e.getMessage());
    }
  }

  /** Steps over the header of the next member; false if there is none. */
  private boolean startsMember() throws IOException {
    int magic = tryNext();
    while (!first && magic == 0) {
      magic = tryNext();
    }
    if (magic < 0 && !first) {
      return false;
    }
    checksum.reset();
    require(1, 0x1F, magic < 0 ? next() : magic);
    checksum.update(0x1F);
    require(2, 0x8B, header());
    require(3, DEFLATE, header());
    int flags = header();
    if ((flags & RESERVED) != 0) {
      throw new ZipException("the header of a gzip member has unknown flags");
    }
    skipHeader(6);
    if ((flags & EXTRA) != 0) {
      skipHeader(header() | header() << 8);
    }
    skipText(flags & NAME);
    skipText(flags & COMMENT);
    if ((flags & HEADER_CHECKSUM) != 0) {
      long expected = checksum.getValue() & 0xFFFF;
      if (expected != littleEndian(2)) {
        throw new ZipException("the checksum of a gzip header does not match its bytes");
      }
    }
    checksum.reset();
    inflater.reset();
    inflater.setInput(buffer, position, limit - position);
    first = false;
    inMember = true;
    return true;
  }

  /** Reads the trailer, which stands behind what the inflater has taken. */
  private void endMember() throws IOException {
    position = limit - inflater.getRemaining();
    if (littleEndian(4) != checksum.getValue()) {
      throw new ZipException("the checksum of a gzip member does not match its bytes");
    }
    if (littleEndian(4) != (inflater.getBytesWritten() & 0xFFFFFFFFL)) {
      throw new ZipException("the length of a gzip member is not the one that it states");
    }
    inMember = false;
  }

  private static void require(int place, int expected, int found) throws ZipException {
    if (found != expected) {
      throw new ZipException(
          "no gzip member starts here: byte %d of its header is 0x%02X, not 0x%02X"
              .formatted(place, found, expected));
    }
  }

  private int header() throws IOException {
    int b = next();
    checksum.update(b);
    return b;
  }

  private void skipHeader(int bytes) throws IOException {
    for (int i = 0; i < bytes; i++) {
      header();
    }
  }

  /** Steps over a text that ends in a zero, if the flag is set. */
  private void skipText(int flag) throws IOException {
    while (flag != 0 && header() != 0) {}
  }

  private long littleEndian(int bytes) throws IOException {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (long) next() << (8 * i);
    }
    return value;
  }

  private int next() throws IOException {
    if (position == limit) {
      fill();
    }
    return buffer[position++] & 0xFF;
  }

  /** The next byte of the file, or -1 at its end. */
  private int tryNext() throws IOException {
    return position < limit || tryFill() ? next() : -1;
  }

  private void fill() throws IOException {
    if (!tryFill()) {
      throw new EOFException("the file ends in the middle of a gzip member");
    }
  }

  private boolean tryFill() throws IOException {
    int n = 0;
    while (n == 0) {
      n = file.read(buffer, 0, buffer.length);
    }
    position = 0;
    limit = Math.max(n, 0);
    return n > 0;
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    file.close();
  }
}
