package io.gateau.pipeline.read.record;

import java.util.Optional;

/** What could be taken from one record; a good sample has all three texts and no rejection. */
public record ParsedRecord(
    Optional<String> id,
    Optional<String> source,
    Optional<String> context,
    Optional<String> instruction,
    Optional<String> response,
    Optional<Rejection> rejection) {

  /** A record of which nothing could be taken. */
  public static ParsedRecord rejected(Rejection rejection) {
    return new ParsedRecord(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(rejection));
  }
}
