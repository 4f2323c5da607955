package io.gateau.pipeline.read.json;

import io.gateau.pipeline.read.record.ByteRange;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/** The texts of some records of one JSON file, asked for in the order of the file. */
public interface RecordTexts extends Closeable {

  /**
   * The text of a record; empty if no whole one in UTF-8 is there.
   *
   * @param number of the record in its file, counted from 1, not less than in the call before
   * @param range where it stands in a file that can be read from the middle
   */
  Optional<String> text(long number, Optional<ByteRange> range) throws IOException;
}
