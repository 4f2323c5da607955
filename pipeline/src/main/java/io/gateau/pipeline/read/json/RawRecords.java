package io.gateau.pipeline.read.json;

import io.gateau.pipeline.read.record.RejectionReason;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/**
 * The records of one JSON file in order: the elements of an array if the first byte that is not
 * white space is {@code [}, otherwise the lines that are not blank.
 */
final class RawRecords implements Closeable {

  private final ByteSource source;
  private final RecordBytes bytes;
  private Optional<Records> records = Optional.empty();
  private boolean ended;

  /** One way to cut a file into records. */
  interface Records {
    /** The next record; empty at the end. */
    Optional<RawRecord> next() throws IOException;
  }

  RawRecords(ByteSource source, int maxLineBytes) {
    this.source = source;
    this.bytes = new RecordBytes(maxLineBytes);
  }

  /** The next record; empty at the end. A damaged archive gives one last, rejected record. */
  Optional<RawRecord> next() throws IOException {
    if (ended) {
      return Optional.empty();
    }
    try {
      if (records.isEmpty()) {
        records = Optional.of(choose());
      }
      Optional<RawRecord> next = records.get().next();
      ended = next.isEmpty();
      return next;
    } catch (DamagedArchiveException e) {
      ended = true;
      return Optional.of(bytes.rejected(RejectionReason.BROKEN_ARCHIVE, e.getMessage()));
    }
  }

  private Records choose() throws IOException {
    bytes.start(source.line());
    source.skipWhitespace();
    return source.peek() == '[' ? new ArrayRecords(source, bytes) : new LineRecords(source, bytes);
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
