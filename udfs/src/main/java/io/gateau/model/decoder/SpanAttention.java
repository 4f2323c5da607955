package io.gateau.model.decoder;

import java.util.stream.IntStream;

/**
 * Between which spans of a sequence a pass measures attention: those of the code of LADM (arXiv
 * 2503.02502). A span has {@link #SPAN_TOKENS} tokens. Every fourth span, counted back from the end
 * of the sequence, asks; it asks for every fourth span before it, but not for the first tokens of
 * the sequence, on which attention rests whatever they say.
 */
public final class SpanAttention {
  /** Tokens of a span. */
  public static final int SPAN_TOKENS = 128;

  /** Tokens from the start of a span to the start of the next one that is looked at. */
  public static final int STRIDE_TOKENS = 4 * SPAN_TOKENS;

  /** A span that asks has this many spans before it, or more. */
  private static final int LEAST_SPANS = 4;

  private SpanAttention() {}

  /**
   * Where the spans that ask begin, the last span of the sequence first; none in a sequence of
   * 2,304 tokens or fewer.
   *
   * @param tokens of the sequence
   */
  public static int[] starts(int tokens) {
    return IntStream.iterate(
            tokens - SPAN_TOKENS,
            start -> start > SPAN_TOKENS + LEAST_SPANS * STRIDE_TOKENS,
            start -> start - STRIDE_TOKENS)
        .toArray();
  }

  /**
   * How many spans a span asks for: those that begin {@link #STRIDE_TOKENS} before it, twice as
   * many, and so on.
   *
   * @param start where the span that asks begins
   */
  public static int spansBefore(int start) {
    return Math.max(0, (start - SPAN_TOKENS) / STRIDE_TOKENS);
  }
}
