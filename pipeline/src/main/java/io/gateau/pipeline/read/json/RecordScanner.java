package io.gateau.pipeline.read.json;

import io.gateau.pipeline.read.record.RawRecord;
import java.io.IOException;
import java.util.Optional;

/** One way to cut the bytes of a file into records. */
interface RecordScanner {
  /** The next record; empty where this way ends. */
  Optional<RawRecord> next() throws IOException;
}
