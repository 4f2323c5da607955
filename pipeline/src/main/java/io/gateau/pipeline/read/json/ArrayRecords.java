package io.gateau.pipeline.read.json;

import io.gateau.pipeline.read.record.RawRecord;
import io.gateau.pipeline.read.record.RejectionReason;
import java.io.IOException;
import java.util.Optional;

/**
 * The JSON arrays at the beginning of a file, usually one: every element is a record, cut out of
 * the bytes by its quotes and brackets, so that an element is never held beyond the limit and one
 * broken inside costs only itself. What follows the last array is left to be read.
 *
 * <p>Where the structure itself is lost (a raw line break in a string, brackets that do not close)
 * the rest of the file is one rejected record.
 */
final class ArrayRecords implements RecordScanner {

  private final ByteSource source;
  private final RecordBytes bytes;
  private long elements;
  private boolean open;
  private boolean lost;

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
    bytes.start();
    if (lost) {
      // Damage to the archive further on is reported all the same.
      while (source.read() >= 0) {}
      return Optional.empty();
    }
    while (!open) {
      source.skipWhitespace();
      if (source.peek() != '[') {
        return Optional.empty();
      }
      source.read();
      source.skipWhitespace();
      open = source.peek() != ']';
      if (!open) {
        source.read();
      }
    }
    source.skipWhitespace();
    bytes.start();
    return Optional.of(element().asElement(elements++));
  }

  private RawRecord element() throws IOException {
    End end = scan();
    open = end == End.COMMA;
    lost = end == End.LOST;
    if (lost) {
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
