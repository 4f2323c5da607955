package io.gateau.model;

import java.util.Locale;

/**
 * What became of a sample's scoring. Only {@link #OK} rows enter the aggregates over the data set.
 */
public enum SampleStatus {
  /** Every signal is there and finite. */
  OK,
  /** Fewer than two segments: contextual awareness is undefined. Not read by any model. */
  TOO_SHORT,
  /** Instruction and response alone pass max-tokens. Not read by any model. */
  TOO_LONG,
  /** The response has no tokens. Not read by any model. */
  EMPTY_RESPONSE,
  /** A signal is NaN or infinite. */
  NON_FINITE;

  /** The name in the {@code status} column. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What can be said of a sample before any model reads it. */
  public static SampleStatus before(TokenPieces pieces, ScoringSettings settings) {
    if (pieces.response().length == 0) {
      return EMPTY_RESPONSE;
    }
    if (!pieces.fits(settings.maxTokens())) {
      return TOO_LONG;
    }
    int context =
        Math.min(
            pieces.context().length,
            pieces.context().length - pieces.total() + settings.maxTokens());
    return context <= settings.segmentTokens() ? TOO_SHORT : OK;
  }
}
