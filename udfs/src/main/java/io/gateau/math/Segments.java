package io.gateau.math;

import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Cuts a context into consecutive runs of equally many tokens, which may overlap; the last may be
 * shorter. Source: GATEAU (arXiv 2410.15633) section 3.2, which does not say what happens if the
 * length does not divide.
 */
public final class Segments {
  private Segments() {}

  /**
   * One run of context tokens.
   *
   * @param from first token, counted from the start of the context
   * @param to one past the last token
   */
  public record Segment(int from, int to) {
    public Segment {
      if (from < 0 || to <= from) {
        throw new IllegalArgumentException("segment [%s, %s) is empty".formatted(from, to));
      }
    }

    /** Number of tokens, 1 or more. */
    public int length() {
      return to - from;
    }
  }

  /**
   * The segments of a context without overlap, in order; none for an empty context.
   *
   * @throws IllegalArgumentException if {@code segmentTokens} is not positive or {@code
   *     contextTokens} is negative
   */
  public static Stream<Segment> of(int contextTokens, int segmentTokens) {
    return of(contextTokens, segmentTokens, 0);
  }

  /**
   * The segments of a context of {@code contextTokens} tokens, in order; none for an empty context.
   * They start every {@code segmentTokens - overlap} tokens. The last is the first that reaches the
   * end of the context, so that no segment is a part of the one before it. Ours: the paper has no
   * overlap.
   *
   * @param overlap tokens that a segment shares with the one before it
   * @throws IllegalArgumentException if {@code segmentTokens} is not positive, {@code
   *     contextTokens} is negative, or {@code overlap} is not in [0, segmentTokens)
   */
  public static Stream<Segment> of(int contextTokens, int segmentTokens, int overlap) {
    int count = count(contextTokens, segmentTokens, overlap);
    return IntStream.range(0, count)
        .mapToObj(
            i -> {
              int from = i * (segmentTokens - overlap);
              return new Segment(from, from + Math.min(segmentTokens, contextTokens - from));
            });
  }

  /**
   * How many segments a context has without overlap: contextTokens / segmentTokens, rounded up.
   *
   * @throws IllegalArgumentException if {@code segmentTokens} is not positive or {@code
   *     contextTokens} is negative
   */
  public static int count(int contextTokens, int segmentTokens) {
    return count(contextTokens, segmentTokens, 0);
  }

  /**
   * How many segments a context has: {@link #of(int, int, int)}.
   *
   * @param overlap tokens that a segment shares with the one before it
   * @throws IllegalArgumentException if {@code segmentTokens} is not positive, {@code
   *     contextTokens} is negative, or {@code overlap} is not in [0, segmentTokens)
   */
  public static int count(int contextTokens, int segmentTokens, int overlap) {
    if (segmentTokens < 1) {
      throw new IllegalArgumentException(
          "segment-tokens is %s; it must be 1 or more".formatted(segmentTokens));
    }
    if (overlap < 0 || overlap >= segmentTokens) {
      throw new IllegalArgumentException(
          "segment-overlap %d is outside [0, %d); it must be less than segment-tokens"
              .formatted(overlap, segmentTokens));
    }
    if (contextTokens < 0) {
      throw new IllegalArgumentException(
          "a context of %s tokens is impossible".formatted(contextTokens));
    }
    if (contextTokens <= segmentTokens) {
      return contextTokens == 0 ? 0 : 1;
    }
    return (contextTokens - segmentTokens - 1) / (segmentTokens - overlap) + 2;
  }

  /**
   * The mean of a per-token value over each segment's own tokens.
   *
   * @param perToken one value per context token
   * @param segments of that context
   * @return one mean per segment, in order
   */
  public static double[] means(double[] perToken, Stream<Segment> segments) {
    return segments
        .mapToDouble(
            segment -> {
              double sum = 0;
              for (int i = segment.from(); i < segment.to(); i++) {
                sum += perToken[i];
              }
              return sum / segment.length();
            })
        .toArray();
  }
}
