package io.gateau.pipeline.read.json;

import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.file.InputFile;
import io.gateau.pipeline.read.file.InputFormat;
import io.gateau.pipeline.read.file.JsonShape;
import io.gateau.pipeline.read.record.RawRecord;
import io.gateau.pipeline.read.record.ReadConfig;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;

/** The records of a part of a file, with the number of the last one in the file. */
final class OpenPart implements Closeable {

  private final InputFile file;
  private final RawRecords raw;
  private final boolean allowDamaged;
  private long records;

  private OpenPart(FilePart part, RawRecords raw, ReadConfig config) {
    this.file = part.file();
    this.raw = raw;
    this.allowDamaged = config.allowDamaged();
    this.records = part.records();
  }

  /**
   * Opens the file of the part.
   *
   * @throws UncheckedIOException if it cannot be opened
   */
  static OpenPart of(FilePart part, Configuration hadoop, ReadConfig config) {
    InputFile file = part.file();
    try {
      FSDataInputStream in = file.open(hadoop);
      if (part.start() > 0) {
        in.seek(part.start());
      }
      JsonShape shape = part.start() > 0 ? JsonShape.LINES : InputFormat.shape(file.path());
      return new OpenPart(
          part, new RawRecords(new ByteSource(in, part), shape, config.maxLineBytes()), config);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  InputFile file() {
    return file;
  }

  /** The number of the last record that {@link #next} returned, counted from 1 in the file. */
  long records() {
    return records;
  }

  /**
   * The next record of the part; empty at its end.
   *
   * @throws UncheckedIOException if the file cannot be read
   * @throws InputException if it is a damaged archive and the config does not allow one
   */
  Optional<RawRecord> next() {
    try {
      Optional<RawRecord> next = raw.next();
      if (raw.damage().isPresent() && !allowDamaged) {
        throw damaged(raw.damage().get());
      }
      records += next.isPresent() ? 1 : 0;
      return next;
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private InputException damaged(DamagedArchiveException damage) {
    return new InputException(
        "cannot read all of %s: %s; get the file again, or allow damaged files (--allow-damaged, read.allow-damaged) to read what stands before the damage"
            .formatted(file.path(), damage.getMessage()),
        damage);
  }

  private static UncheckedIOException unreadable(InputFile file, IOException e) {
    return new UncheckedIOException("cannot read %s: %s".formatted(file.path(), e.getMessage()), e);
  }

  @Override
  public void close() {
    try {
      raw.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
