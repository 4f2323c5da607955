package io.gateau.math;

import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Cuts a context into consecutive runs of equally many tokens, which may overlap; the last may be
 * shorter. Source: GATEAU (arXiv 2410.15633) section 3.2, where a length that does not divide is
 * left open.
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
        throw new IllegalArgumentException("segment [" + from + ", " + to + ") is empty");
      }
    }

    public int length() {
      return to - from;
    }
  }

  /** {@link #of(int, int, int)} without overlap. */
  public static Stream<Segment> of(int contextTokens, int segmentTokens) {
    return of(contextTokens, segmentTokens, 0);
  }

  /**
   * The segments of a context of {@code contextTokens} tokens, in order; none for an empty context.
   * They start every {@code segmentTokens - overlap} tokens, and the last is the first that reaches
   * the end of the context, so that none lies within the one before it. Ours: the paper has no
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

  /** {@link #count(int, int, int)} without overlap: contextTokens / segmentTokens, rounded up. */
  public static int count(int contextTokens, int segmentTokens) {
    return count(contextTokens, segmentTokens, 0);
  }

  /** How many segments a context has. */
  public static int count(int contextTokens, int segmentTokens, int overlap) {
    if (segmentTokens < 1) {
      throw new IllegalArgumentException(
          "segment-tokens is " + segmentTokens + "; it must be 1 or more");
    }
    if (overlap < 0 || overlap >= segmentTokens) {
      throw new IllegalArgumentException(
          "segment-overlap "
              + overlap
              + " is outside [0, "
              + segmentTokens
              + "); it must be less than segment-tokens");
    }
    if (contextTokens < 0) {
      throw new IllegalArgumentException("a context of " + contextTokens + " tokens is impossible");
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
