package io.gateau.pipeline.read.record;

import java.util.Optional;

/**
 * The fields of one record; a good sample has all three texts and no rejection.
 *
 * @param id the record's own id, if it has one
 * @param source where the sample came from, if the record says so
 * @param context the long input
 * @param instruction what is asked about the context
 * @param response the target answer
 * @param rejection why the record is no good sample; empty if it is one
 */
public record ParsedRecord(
    Optional<String> id,
    Optional<String> source,
    Optional<String> context,
    Optional<String> instruction,
    Optional<String> response,
    Optional<Rejection> rejection) {

  /** The {@link ContentKey} of a good sample; empty if the record is rejected. */
  public Optional<String> contentKey() {
    return rejection.isEmpty()
        ? Optional.of(
            ContentKey.of(context.orElseThrow(), instruction.orElseThrow(), response.orElseThrow()))
        : Optional.empty();
  }

  /** Code points of the three texts of a good sample; 0 if the record is rejected. */
  public long characters() {
    return rejection.isEmpty()
        ? codePoints(context.orElseThrow())
            + codePoints(instruction.orElseThrow())
            + codePoints(response.orElseThrow())
        : 0;
  }

  private static long codePoints(String text) {
    return text.codePointCount(0, text.length());
  }

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
