package io.gateau.pipeline.read.json;

import io.gateau.pipeline.read.file.JsonShape;
import io.gateau.pipeline.read.record.RawRecord;
import io.gateau.pipeline.read.record.RejectionReason;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * The records of one JSON file in order, cut from its bytes as they are read.
 *
 * <p>Whether a text that begins with {@code [} is one array shows at its end only. So it is read
 * without looking ahead: the elements of the arrays in front, then, line by line, whatever follows
 * them. One array has nothing behind it, lines have no array in front, and in any mixture of both
 * every record is still a row.
 */
final class RawRecords implements Closeable {

  private final ByteSource source;
  private final RecordBytes bytes;
  private final Deque<RecordScanner> scanners = new ArrayDeque<>();

  RawRecords(ByteSource source, JsonShape shape, int maxLineBytes) {
    this.source = source;
    this.bytes = new RecordBytes(maxLineBytes);
    if (shape == JsonShape.ARRAY_OR_LINES) {
      scanners.add(new ArrayRecords(source, bytes));
    }
    scanners.add(new LineRecords(source, bytes));
  }

  /** The next record; empty at the end. A damaged archive gives one last, rejected record. */
  Optional<RawRecord> next() throws IOException {
    try {
      while (!scanners.isEmpty()) {
        Optional<RawRecord> next = scanners.element().next();
        if (next.isPresent()) {
          return next;
        }
        scanners.remove();
      }
      return Optional.empty();
    } catch (DamagedArchiveException e) {
      scanners.clear();
      return Optional.of(bytes.rejected(RejectionReason.BROKEN_ARCHIVE, e.getMessage()));
    }
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
