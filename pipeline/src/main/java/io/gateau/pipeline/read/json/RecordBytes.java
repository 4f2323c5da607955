package io.gateau.pipeline.read.json;

import io.gateau.pipeline.read.record.ByteRange;
import io.gateau.pipeline.read.record.RawRecord;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.read.record.Rejection;
import io.gateau.pipeline.read.record.RejectionReason;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Gathers the bytes of one record; past the limit it counts them and keeps the beginning only. */
final class RecordBytes {

  /** Enough for the characters that a rejected row keeps. */
  private static final int BEGINNING = 4 * RecordColumns.REJECTED_ORIGINAL;

  /** A buffer beyond this is given up after its record. */
  private static final int KEPT_BUFFER = 1 << 20;

  private final ByteSource source;
  private final int max;
  private byte[] bytes = new byte[1 << 13];
  private int kept;
  private long length;
  private long line;
  private long offset;

  RecordBytes(ByteSource source, int max) {
    this.source = source;
    this.max = max;
  }

  /** Forgets the last record; the next one starts at the next byte. */
  void start() {
    if (bytes.length > KEPT_BUFFER) {
      bytes = new byte[1 << 13];
    }
    line = source.line();
    offset = source.offset();
    kept = 0;
    length = 0;
  }

  /** The length of the record so far, in bytes. */
  long length() {
    return length;
  }

  /** Adds the byte that was just read. */
  void append(int b) {
    if (length == 0) {
      // A byte-order mark is stepped over after the start.
      offset = source.offset() - 1;
    }
    length++;
    if (length <= max) {
      if (kept == bytes.length) {
        bytes = Arrays.copyOf(bytes, (int) Math.min(2L * bytes.length, max));
      }
      bytes[kept++] = (byte) b;
    } else if (kept > BEGINNING) {
      kept = BEGINNING;
      bytes = Arrays.copyOf(bytes, BEGINNING);
    }
  }

  /** Takes white space off the end: the indent after an array element. */
  void trimEnd() {
    while (kept > 0 && length <= max && ByteSource.isWhitespace(bytes[kept - 1])) {
      kept--;
      length--;
    }
  }

  /** The record, rejected if it is too long or not UTF-8. */
  RawRecord record() {
    if (length > max) {
      return rejected(
          RejectionReason.LINE_TOO_LONG,
          "the record is %d bytes long, over the limit of %d; raise max-line-bytes to read it"
              .formatted(length, max));
    }
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer from = ByteBuffer.wrap(bytes, 0, kept);
    CharBuffer to = CharBuffer.allocate(kept);
    CoderResult result = decoder.decode(from, to, true);
    if (result.isError()) {
      int at = from.position();
      return rejected(
          RejectionReason.INVALID_UTF8,
          "byte %d of the record (0x%02X) is not valid UTF-8; save the file as UTF-8"
              .formatted(at + 1, bytes[at]));
    }
    return new RawRecord(line, range(), to.flip().toString(), Optional.empty());
  }

  /** The record as far as it was read, rejected for this reason. */
  RawRecord rejected(RejectionReason reason, String detail) {
    String beginning = new String(bytes, 0, Math.min(kept, BEGINNING), StandardCharsets.UTF_8);
    return new RawRecord(line, range(), beginning, Optional.of(new Rejection(reason, detail)));
  }

  private Optional<ByteRange> range() {
    return source.isSeekable() ? Optional.of(new ByteRange(offset, length)) : Optional.empty();
  }
}
