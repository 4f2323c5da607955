package io.gateau.pipeline.samples;

import io.gateau.pipeline.read.file.InputFile;
import io.gateau.pipeline.read.json.FileTexts;
import io.gateau.pipeline.read.json.RecordTexts;
import io.gateau.pipeline.read.record.ByteRange;
import io.gateau.pipeline.read.record.ParsedRecord;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordParser;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * Reads records of JSON files again, on an executor. The file of the last record stays open. For
 * one thread.
 */
public final class PlacedTexts implements Closeable {
  private final ReadConfig config;
  private final Configuration hadoop;
  private final RecordParser parser;
  private Optional<InputFile> openFile = Optional.empty();
  private Optional<RecordTexts> open = Optional.empty();

  /** A reader of files that were read like this. */
  public PlacedTexts(ReadConfig config, Configuration hadoop) {
    this.config = config;
    this.hadoop = hadoop;
    this.parser = new RecordParser(config.instruction());
  }

  /**
   * Where a record was.
   *
   * @param line of the record, for messages
   * @param number of the record in its file, counted from 1; of a file without places not less than
   *     that of the record before
   * @param range its bytes, where the file can be read from the middle
   */
  public record Place(long line, long number, Optional<ByteRange> range) {}

  /**
   * A record that was found.
   *
   * @param text its JSON
   * @param parsed what it says
   */
  public record Found(String text, ParsedRecord parsed) {}

  /**
   * Reads a record.
   *
   * @param contentKey of the texts that it had
   * @throws io.gateau.pipeline.read.file.InputException if it is not there, or has other texts
   * @throws UncheckedIOException if the file cannot be read
   */
  public Found read(InputFile file, Place place, String contentKey) {
    String text = text(file, place).orElseThrow(() -> ChangedInput.at(file.path(), place.line()));
    ParsedRecord parsed = parser.parse(text);
    if (!parsed.contentKey().equals(Optional.of(contentKey))) {
      throw ChangedInput.at(file.path(), place.line());
    }
    return new Found(text, parsed);
  }

  private Optional<String> text(InputFile file, Place place) {
    try {
      if (!openFile.equals(Optional.of(file))) {
        open(file);
      }
      return open.isEmpty() ? Optional.empty() : open.get().text(place.number(), place.range());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot read %s: %s".formatted(file.path(), e.getMessage()), e);
    }
  }

  /** Opens nothing where the file is gone. */
  private void open(InputFile file) throws IOException {
    close();
    openFile = Optional.of(file);
    try {
      open = Optional.of(FileTexts.open(file, hadoop, config.maxLineBytes()));
    } catch (FileNotFoundException e) {
      open = Optional.empty();
    }
  }

  @Override
  public void close() throws IOException {
    try {
      if (open.isPresent()) {
        open.get().close();
      }
    } finally {
      open = Optional.empty();
      openFile = Optional.empty();
    }
  }
}
