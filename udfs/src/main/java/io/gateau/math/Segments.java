package io.gateau.math;

import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Cuts a context into consecutive runs of equally many tokens; the last may be shorter. Source:
 * GATEAU (arXiv 2410.15633) section 3.2, where a length that does not divide is left open.
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

  /**
   * The segments of a context of {@code contextTokens} tokens, in order; none for an empty context.
   *
   * @throws IllegalArgumentException if {@code segmentTokens} is not positive or {@code
   *     contextTokens} is negative
   */
  public static Stream<Segment> of(int contextTokens, int segmentTokens) {
    int count = count(contextTokens, segmentTokens);
    return IntStream.range(0, count)
        .mapToObj(
            i -> {
              int from = i * segmentTokens;
              return new Segment(from, from + Math.min(segmentTokens, contextTokens - from));
            });
  }

  /** How many segments a context has: contextTokens / segmentTokens, rounded up. */
  public static int count(int contextTokens, int segmentTokens) {
    if (segmentTokens < 1) {
      throw new IllegalArgumentException(
          "segment-tokens is " + segmentTokens + "; it must be 1 or more");
    }
    if (contextTokens < 0) {
      throw new IllegalArgumentException("a context of " + contextTokens + " tokens is impossible");
    }
    return contextTokens == 0 ? 0 : (contextTokens - 1) / segmentTokens + 1;
  }

  /**
   * The mean of a per-token value over each segment.
   *
   * @param perToken one value per context token
   */
  public static double[] means(double[] perToken, int segmentTokens) {
    return of(perToken.length, segmentTokens)
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
