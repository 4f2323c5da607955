package io.gateau.pipeline.read;

import java.io.IOException;
import java.util.Optional;

/**
 * A JSON array: every element is a record, cut out of the bytes by its quotes and brackets, so that
 * an element is never held beyond the limit and one broken inside costs only itself.
 *
 * <p>Where the structure itself is lost (a raw line break in a string, brackets that do not close)
 * the rest of the file is one rejected record.
 */
final class ArrayRecords implements RawRecords.Records {

  private final ByteSource source;
  private final RecordBytes bytes;
  private long elements;
  private boolean started;
  private boolean closed;
  private boolean ended;

  /** How an element ended. */
  private enum End {
    COMMA,
    BRACKET,
    LOST
  }

  ArrayRecords(ByteSource source, RecordBytes bytes) {
    this.source = source;
    this.bytes = bytes;
  }

  @Override
  public Optional<RawRecord> next() throws IOException {
    if (ended) {
      return Optional.empty();
    }
    bytes.start(source.line());
    if (!started) {
      source.read();
    }
    source.skipWhitespace();
    bytes.start(source.line());
    if (closed) {
      return afterArray();
    }
    if (!started && source.peek() == ']') {
      source.read();
      started = true;
      closed = true;
      return next();
    }
    started = true;
    return Optional.of(element().asElement(elements++));
  }

  private Optional<RawRecord> afterArray() throws IOException {
    ended = true;
    if (source.peek() < 0) {
      return Optional.empty();
    }
    while (source.peek() >= 0 && bytes.length() < RecordColumns.REJECTED_ORIGINAL) {
      bytes.append(source.read());
    }
    return Optional.of(
        bytes.rejected(
            RejectionReason.BROKEN_JSON,
            "there is text after the closing ] of the array; it is not read"));
  }

  private RawRecord element() throws IOException {
    End end = scan();
    closed = end == End.BRACKET;
    ended = end == End.LOST;
    if (ended) {
      return bytes.rejected(
          RejectionReason.BROKEN_JSON,
          "the array is broken in the element that starts here (seen at line %d: a string or bracket is not closed); the rest of the file is not read"
              .formatted(source.line()));
    }
    bytes.trimEnd();
    if (bytes.length() == 0) {
      return bytes.rejected(
          RejectionReason.BROKEN_JSON, "an array element is empty: a comma too many");
    }
    return bytes.record();
  }

  private End scan() throws IOException {
    int depth = 0;
    boolean inString = false;
    boolean escaped = false;
    while (true) {
      int b = source.read();
      if (b < 0 || (inString && b == '\n')) {
        return End.LOST;
      }
      if (inString) {
        inString = escaped || b != '"';
        escaped = !escaped && b == '\\';
      } else if (b == '"') {
        inString = true;
      } else if (b == '{' || b == '[') {
        depth++;
      } else if (b == '}' || b == ']') {
        if (depth == 0) {
          return b == ']' ? End.BRACKET : End.LOST;
        }
        depth--;
      } else if (b == ',' && depth == 0) {
        return End.COMMA;
      }
      bytes.append(b);
    }
  }
}
