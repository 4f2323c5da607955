package io.gateau.pipeline.read.json;

import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.file.InputFile;
import io.gateau.pipeline.read.file.InputFormat;
import io.gateau.pipeline.read.record.RawRecord;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** The texts of all records of one JSON file, in order, whatever they say. For one thread. */
public final class AllTexts implements Closeable {
  private final InputFile file;
  private final RawRecords records;

  /**
   * Opens a file.
   *
   * @param maxLineBytes the longest record
   * @throws IOException if the file cannot be opened
   */
  public AllTexts(InputFile file, Configuration hadoop, int maxLineBytes) throws IOException {
    this.file = file;
    this.records =
        new RawRecords(
            new ByteSource(file.open(hadoop), file.format()),
            InputFormat.shape(file.path()),
            maxLineBytes);
  }

  /**
   * The next record; empty at the end.
   *
   * @throws InputException if it is too long, no UTF-8, or the archive is damaged
   */
  public Optional<RawRecord> next() throws IOException {
    Optional<RawRecord> next = records.next();
    next.ifPresent(
        record ->
            record
                .fault()
                .ifPresent(
                    fault -> {
                      throw new InputException(
                          "%s:%d cannot be read: %s"
                              .formatted(file.path(), record.line(), fault.detail()));
                    }));
    return next;
  }

  @Override
  public void close() throws IOException {
    records.close();
  }
}
