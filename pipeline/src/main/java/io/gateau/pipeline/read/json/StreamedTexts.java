package io.gateau.pipeline.read.json;

import io.gateau.pipeline.read.record.ByteRange;
import io.gateau.pipeline.read.record.RawRecord;
import java.io.IOException;
import java.util.Optional;

/** Cuts one record after the other from the bytes, without parsing it, up to the one wanted. */
final class StreamedTexts implements RecordTexts {

  private final RawRecords records;
  private Optional<RawRecord> last = Optional.empty();
  private long number;
  private boolean ended;

  StreamedTexts(RawRecords records) {
    this.records = records;
  }

  @Override
  public Optional<String> text(long wanted, Optional<ByteRange> range) throws IOException {
    if (wanted < number) {
      throw new IllegalArgumentException(
          "record %d was asked for after record %d; ask in the order of the file"
              .formatted(wanted, number));
    }
    while (number < wanted && !ended) {
      last = records.next();
      ended = last.isEmpty();
      number++;
    }
    return last.filter(record -> record.fault().isEmpty()).map(RawRecord::text);
  }

  @Override
  public void close() throws IOException {
    records.close();
  }
}
