package io.gateau.pipeline.read.json;

import io.gateau.pipeline.read.file.InputFile;
import java.io.IOException;
import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * Bytes of a JSON file, cut anywhere, to count its lines in.
 *
 * @param start the first byte, counted from 0
 * @param end behind the last byte
 */
record FilePiece(InputFile file, long start, long end) implements Serializable {

  @Serial private static final long serialVersionUID = 1;

  /** The pieces of a file, in order; each has {@code size} bytes, the last one at most. */
  static List<FilePiece> of(InputFile file, long size) {
    List<FilePiece> pieces = new ArrayList<>();
    for (long start = 0; start < file.bytes(); start += size) {
      pieces.add(new FilePiece(file, start, Math.min(start + size, file.bytes())));
    }
    return pieces;
  }

  /**
   * Whether the first text of the file stands in this piece, its first, and begins no array.
   *
   * @throws IOException if the file cannot be read
   */
  boolean beginsWithLine(Configuration hadoop) throws IOException {
    try (ByteSource source =
        new ByteSource(file.open(hadoop), new FilePart(file, start, end, 1, 0))) {
      source.skipWhitespace();
      int first = source.peek();
      // 0xEF begins a byte-order mark that this piece cuts in two.
      return first >= 0 && first != '[' && first != 0xEF;
    }
  }
}
