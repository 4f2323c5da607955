package io.gateau.math;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Which pairs of segments ProLong (arXiv 2405.17915) compares. The paper draws pairs of a document
 * at random; ours: up to {@value #PER_SEGMENT} earlier segments for each segment, drawn by a
 * generator whose seed is the place of the later segment, so that the pairs follow from the number
 * of segments alone and their number grows with the length, not with its square.
 */
public final class SegmentPairs {
  /** Earlier segments that are drawn for each segment; all of them where there are no more. */
  public static final int PER_SEGMENT = 8;

  private SegmentPairs() {}

  /**
   * Two segments of a context.
   *
   * @param later place of the one that is predicted, counted from 0
   * @param earlier place of the one that stands before it, less than later
   */
  public record Pair(int later, int earlier) {}

  /** The pairs of {@code segments} segments, by the later, then by the earlier one. */
  public static Stream<Pair> of(int segments) {
    return IntStream.range(1, segments)
        .boxed()
        .flatMap(later -> earlier(later).map(earlier -> new Pair(later, earlier)));
  }

  /** Some of the places before {@code later}, ascending. */
  private static Stream<Integer> earlier(int later) {
    if (later <= PER_SEGMENT) {
      return IntStream.range(0, later).boxed();
    }
    Random random = new Random(later);
    List<Integer> drawn = new ArrayList<>();
    while (drawn.size() < PER_SEGMENT) {
      int place = random.nextInt(later);
      if (!drawn.contains(place)) {
        drawn.add(place);
      }
    }
    return drawn.stream().sorted();
  }
}
