package io.gateau.pipeline.read.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
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
 * them. One array has nothing behind it, and lines have no array in front. In a mixture of both
 * every record is a row, unless the brackets or quotes of an array do not close: then the rest of
 * the file is one rejected row.
 */
final class RawRecords implements Closeable {
  private static final JsonFactory JSON = new JsonFactory();

  private final ByteSource source;
  private final RecordBytes bytes;
  private final Deque<RecordScanner> scanners = new ArrayDeque<>();
  private Optional<RawRecord> damaged = Optional.empty();
  private Optional<DamagedArchiveException> damage = Optional.empty();

  RawRecords(ByteSource source, JsonShape shape, int maxLineBytes) {
    this.source = source;
    this.bytes = new RecordBytes(source, maxLineBytes);
    if (shape == JsonShape.ARRAY_OR_LINES) {
      scanners.add(new ArrayRecords(source, bytes));
    }
    scanners.add(new LineRecords(source, bytes));
  }

  /** The next record; empty at the end. A damaged archive gives one last, rejected record. */
  Optional<RawRecord> next() throws IOException {
    if (damaged.isPresent()) {
      Optional<RawRecord> last = damaged;
      damaged = Optional.empty();
      return last;
    }
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
      return Optional.of(atDamage(e));
    }
  }

  /** What is wrong with the archive, once {@link #next} has come to it. */
  Optional<DamagedArchiveException> damage() {
    return damage;
  }

  /** A line that is a whole object comes before the row that reports the damage behind it. */
  private RawRecord atDamage(DamagedArchiveException e) {
    damage = Optional.of(e);
    String detail = e.getMessage() + "; the records before are read, what follows is lost";
    boolean lines = scanners.element() instanceof LineRecords;
    scanners.clear();
    RawRecord line = bytes.record();
    if (!lines || line.fault().isPresent() || !isWholeObject(line.text())) {
      return bytes.rejected(RejectionReason.BROKEN_ARCHIVE, detail);
    }
    bytes.start();
    damaged = Optional.of(bytes.rejected(RejectionReason.BROKEN_ARCHIVE, detail));
    return line;
  }

  private static boolean isWholeObject(String text) {
    try (JsonParser json = JSON.createParser(text)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      json.skipChildren();
      return json.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
