package io.gateau.pipeline.plan;

import io.gateau.model.Work;
import io.gateau.pipeline.read.file.InputFile;
import io.gateau.pipeline.read.file.InputFormat;
import io.gateau.pipeline.read.record.ByteRange;
import io.gateau.pipeline.samples.PlacedTexts;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/**
 * A sample of a plan.
 *
 * @param contentKey of its texts
 * @param stored which signals it has, as bits
 * @param work of its missing signals, as it was planned
 * @param uri the file with its record, for Hadoop
 * @param path the file of the input, for people
 * @param line of the record
 * @param range its bytes
 */
public record PlannedSample(
    String contentKey, long stored, Work work, URI uri, String path, long line, ByteRange range) {

  /** The file to read; where it ends does not matter. */
  public InputFile file() {
    return new InputFile(uri, path, path, InputFormat.JSON, 0);
  }

  /** Where the record is in it. */
  public PlacedTexts.Place place() {
    return new PlacedTexts.Place(line, 0, Optional.of(range));
  }

  void write(DataOutput out) throws IOException {
    out.writeUTF(contentKey);
    out.writeLong(stored);
    out.writeLong(work.tokens());
    out.writeDouble(work.flops());
    out.writeUTF(uri.toString());
    out.writeUTF(path);
    out.writeLong(line);
    out.writeLong(range.offset());
    out.writeLong(range.bytes());
  }

  static PlannedSample read(DataInput in) throws IOException {
    return new PlannedSample(
        in.readUTF(),
        in.readLong(),
        new Work(in.readLong(), in.readDouble()),
        URI.create(in.readUTF()),
        in.readUTF(),
        in.readLong(),
        new ByteRange(in.readLong(), in.readLong()));
  }
}
