package io.gateau.pipeline.read.record;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * The bytes of one record before parsing.
 *
 * @param line the 1-based line where it starts
 * @param element its place in the array, counted from 0; empty if it is no element of one
 * @param range where its bytes stand in the file; empty if the file cannot be read from there
 * @param text its text if it is whole and UTF-8; otherwise its beginning, for a person to look at
 * @param fault why it cannot be parsed; empty if it can
 */
public record RawRecord(
    long line,
    OptionalLong element,
    Optional<ByteRange> range,
    String text,
    Optional<Rejection> fault) {

  /** A record that is no element of an array, in a file that cannot be read from the middle. */
  public RawRecord(long line, String text, Optional<Rejection> fault) {
    this(line, Optional.empty(), text, fault);
  }

  /** A record that is no element of an array. */
  public RawRecord(long line, Optional<ByteRange> range, String text, Optional<Rejection> fault) {
    this(line, OptionalLong.empty(), range, text, fault);
  }

  /** A copy that is the element of an array at this place, counted from 0. */
  public RawRecord asElement(long place) {
    return new RawRecord(line, OptionalLong.of(place), range, text, fault);
  }

  /** What names the record if it has no id, unique in its file. */
  String place() {
    return element.isPresent() ? "[%d]".formatted(element.getAsLong()) : ":" + line;
  }
}
