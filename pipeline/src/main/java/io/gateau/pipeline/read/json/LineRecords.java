package io.gateau.pipeline.read.json;

import io.gateau.pipeline.read.record.RawRecord;
import java.io.IOException;
import java.util.Optional;

/** JSON Lines: every line that is not blank is a record; lines are found in the bytes. */
final class LineRecords implements RecordScanner {

  private final ByteSource source;
  private final RecordBytes bytes;

  LineRecords(ByteSource source, RecordBytes bytes) {
    this.source = source;
    this.bytes = bytes;
  }

  @Override
  public Optional<RawRecord> next() throws IOException {
    while (true) {
      bytes.start();
      boolean blank = true;
      int b = source.read();
      while (b >= 0 && b != '\n') {
        if (b != '\r' || !endsLine(source.peek())) {
          bytes.append(b);
        }
        blank &= ByteSource.isWhitespace(b);
        b = source.read();
      }
      if (!blank) {
        return Optional.of(bytes.record());
      }
      if (b < 0) {
        return Optional.empty();
      }
    }
  }

  private static boolean endsLine(int b) {
    return b < 0 || b == '\n';
  }
}
