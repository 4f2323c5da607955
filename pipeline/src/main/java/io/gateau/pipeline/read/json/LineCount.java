package io.gateau.pipeline.read.json;

import io.gateau.pipeline.read.file.InputFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;

/**
 * What a piece of a JSON Lines file adds to the numbers of the lines and records behind it.
 *
 * <p>A piece begins and ends inside lines. Its first line belongs to the pieces before as well, its
 * last one to those behind: of them it says whether it has seen anything but white space.
 *
 * @param breaks line breaks
 * @param firstBreak place in the file of the first line break, or -1 if there is none
 * @param records lines between two line breaks of the piece that are not blank
 * @param headBlank whether everything in front of the first line break is white space
 * @param tailBlank whether everything behind the last line break is white space
 */
record LineCount(long breaks, long firstBreak, long records, boolean headBlank, boolean tailBlank)
    implements Serializable {

  @Serial private static final long serialVersionUID = 1;

  private static final int MARK = 3;

  /**
   * Counts in one piece.
   *
   * @throws IOException if the file cannot be read
   */
  static LineCount of(FilePiece piece, Configuration hadoop) throws IOException {
    try (FSDataInputStream in = piece.file().open(hadoop)) {
      long start = piece.start();
      if (start < MARK && ByteSource.isByteOrderMark(in.readNBytes(MARK))) {
        start = Math.min(MARK, piece.end());
      }
      in.seek(start);
      return count(in, start, piece.end());
    }
  }

  private static LineCount count(InputStream in, long start, long end) throws IOException {
    byte[] buffer = new byte[1 << 18];
    long breaks = 0;
    long firstBreak = -1;
    long records = 0;
    boolean headBlank = true;
    boolean blank = true;
    long at = start;
    while (at < end) {
      int n = in.read(buffer, 0, (int) Math.min(buffer.length, end - at));
      if (n < 0) {
        break;
      }
      for (int i = 0; i < n; i++) {
        byte b = buffer[i];
        if (b != '\n') {
          blank = blank && ByteSource.isWhitespace(b);
        } else {
          if (breaks == 0) {
            firstBreak = at + i;
            headBlank = blank;
          } else if (!blank) {
            records++;
          }
          breaks++;
          blank = true;
        }
      }
      at += n;
    }
    return new LineCount(breaks, firstBreak, records, breaks == 0 ? blank : headBlank, blank);
  }

  /**
   * The parts of a file, at least one: each but the first begins behind the first line break of a
   * piece. A line longer than a piece therefore makes a part longer.
   *
   * @param counts of all pieces of the file, in order
   */
  static List<FilePart> parts(InputFile file, List<LineCount> counts) {
    List<FilePart> parts = new ArrayList<>();
    FilePart open = FilePart.whole(file);
    long line = 1;
    long records = 0;
    boolean blank = true;
    for (int i = 0; i < counts.size(); i++) {
      LineCount count = counts.get(i);
      blank &= count.headBlank;
      if (count.breaks == 0) {
        continue;
      }
      records += blank ? 0 : 1;
      long start = count.firstBreak + 1;
      if (i > 0 && start < file.bytes()) {
        parts.add(new FilePart(file, open.start(), start, open.line(), open.records()));
        open = new FilePart(file, start, Long.MAX_VALUE, line + 1, records);
      }
      line += count.breaks;
      records += count.records;
      blank = count.tailBlank;
    }
    parts.add(open);
    return parts;
  }
}
