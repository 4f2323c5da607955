package io.gateau.pipeline.read.json;

import io.gateau.pipeline.read.file.InputFile;
import java.io.Serial;
import java.io.Serializable;
import java.util.Objects;

/**
 * A JSON file, or whole lines of one that stand one behind the other.
 *
 * @param file that the bytes stand in
 * @param start where its first line starts, counted from 0
 * @param end where the part ends: behind a line break, or {@link Long#MAX_VALUE} for the end of the
 *     file
 * @param line the 1-based line that starts at {@code start}
 * @param records how many records stand in front, in [0, line - 1]
 */
record FilePart(InputFile file, long start, long end, long line, long records)
    implements Serializable {

  @Serial private static final long serialVersionUID = 1;

  FilePart {
    Objects.requireNonNull(file, "file");
    if (start < 0 || end <= start || line < 1 || records < 0 || records >= line) {
      throw new IllegalArgumentException(
          "bytes %d to %d, line %d after %d records: no part of a file"
              .formatted(start, end, line, records));
    }
  }

  /** All of a file. */
  static FilePart whole(InputFile file) {
    return new FilePart(file, 0, Long.MAX_VALUE, 1, 0);
  }

  /** How many bytes it had when the file was found. */
  long bytes() {
    return Math.min(end, file.bytes()) - start;
  }
}
