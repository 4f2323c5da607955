package io.gateau.math;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.math.Segments.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SegmentsTest {

  /*
   * tokens  per segment   segments
   * 0       4             none
   * 1       4             [0, 1)
   * 4       4             [0, 4)
   * 5       4             [0, 4) [4, 5)
   * 8       4             [0, 4) [4, 8)
   * 3       1             [0, 1) [1, 2) [2, 3)
   */
  @Test
  void aContextIsCutIntoRunsWithTheRestLast() {
    assertEquals(List.of(), Segments.of(0, 4).toList());
    assertEquals(List.of(new Segment(0, 1)), Segments.of(1, 4).toList());
    assertEquals(List.of(new Segment(0, 4)), Segments.of(4, 4).toList());
    assertEquals(List.of(new Segment(0, 4), new Segment(4, 5)), Segments.of(5, 4).toList());
    assertEquals(List.of(new Segment(0, 4), new Segment(4, 8)), Segments.of(8, 4).toList());
    assertEquals(
        List.of(new Segment(0, 1), new Segment(1, 2), new Segment(2, 3)),
        Segments.of(3, 1).toList());
  }

  /* 1 3 | 5 7 | 100: means 2, 6, 100. */
  @Test
  void theMeanOfEachSegmentCountsItsOwnTokens() {
    assertArrayEquals(
        new double[] {2, 6, 100},
        Segments.means(new double[] {1, 3, 5, 7, 100}, Segments.of(5, 2)),
        0);
  }

  @Test
  void oneNanSpoilsItsOwnSegmentOnly() {
    double[] means = Segments.means(new double[] {1, Double.NaN, 5, 7}, Segments.of(4, 2));

    assertTrue(Double.isNaN(means[0]));
    assertEquals(6, means[1], 0);
  }

  @Test
  void randomContextsAreCoveredOnceAndInOrder() {
    Random random = new Random(3);
    for (int trial = 0; trial < 300; trial++) {
      int tokens = random.nextInt(400);
      int each = 1 + random.nextInt(150);
      List<Segment> naive = new ArrayList<>();
      for (int from = 0; from < tokens; from += each) {
        naive.add(new Segment(from, Math.min(tokens, from + each)));
      }
      assertEquals(naive, Segments.of(tokens, each).toList());
      assertEquals(naive.size(), Segments.count(tokens, each));
      assertEquals(tokens, naive.stream().mapToInt(Segment::length).sum());
    }
  }

  @Test
  void theLargestNumbersDoNotOverflow() {
    int large = 1_500_000_000;

    assertEquals(
        List.of(new Segment(0, large), new Segment(large, Integer.MAX_VALUE)),
        Segments.of(Integer.MAX_VALUE, large).toList());
    assertEquals(1, Segments.count(5, Integer.MAX_VALUE));
    assertEquals(Integer.MAX_VALUE, Segments.count(Integer.MAX_VALUE, 1));
  }

  @Test
  void impossibleNumbersAreRefused() {
    var size = assertThrows(IllegalArgumentException.class, () -> Segments.count(5, 0));
    var context = assertThrows(IllegalArgumentException.class, () -> Segments.of(-1, 128));
    var empty = assertThrows(IllegalArgumentException.class, () -> new Segment(3, 3));

    assertEquals("segment-tokens is 0; it must be 1 or more", size.getMessage());
    assertEquals("a context of -1 tokens is impossible", context.getMessage());
    assertEquals("segment [3, 3) is empty", empty.getMessage());
  }

  /*
   * 4 tokens each, 1 shared: they start at 0, 3, 6; the last is the first that reaches the end.
   *
   *   tokens  segments
   *   4       0-4
   *   5       0-4 3-5
   *   7       0-4 3-7
   *   8       0-4 3-7 6-8
   */
  @Test
  void segmentsThatOverlapEndWithTheFirstThatReachesTheEnd() {
    Segment first = new Segment(0, 4);
    Segment second = new Segment(3, 7);
    assertEquals(List.of(), Segments.of(0, 4, 1).toList(), "0 tokens");
    assertEquals(List.of(first), Segments.of(4, 4, 1).toList(), "4 tokens");
    assertEquals(List.of(first, new Segment(3, 5)), Segments.of(5, 4, 1).toList(), "5 tokens");
    assertEquals(List.of(first, second), Segments.of(7, 4, 1).toList(), "7 tokens");
    assertEquals(
        List.of(first, second, new Segment(6, 8)), Segments.of(8, 4, 1).toList(), "8 tokens");
    assertArrayEquals(
        new double[] {2.5, 5.5, 7.5},
        Segments.means(new double[] {1, 2, 3, 4, 5, 6, 7, 8}, Segments.of(8, 4, 1)),
        "each mean is of the segment's own tokens");
  }

  @Test
  void randomSegmentsCoverEveryTokenAndNoneLiesInAnother() {
    Random random = new Random(8);
    for (int trial = 0; trial < 500; trial++) {
      int each = 1 + random.nextInt(20);
      int overlap = random.nextInt(each);
      int tokens = 1 + random.nextInt(200);
      String what = tokens + " tokens, " + each + " each, overlap " + overlap;
      List<Segment> segments = Segments.of(tokens, each, overlap).toList();
      assertEquals(Segments.count(tokens, each, overlap), segments.size(), what);
      assertEquals(0, segments.get(0).from(), what);
      for (int i = 1; i < segments.size(); i++) {
        assertEquals(overlap, segments.get(i - 1).to() - segments.get(i).from(), what);
        assertEquals(each, segments.get(i - 1).length(), what);
      }
      Segment last = segments.get(segments.size() - 1);
      assertEquals(tokens, last.to(), what);
      assertTrue(segments.size() == 1 || last.length() > overlap, what);
    }
  }

  @Test
  void anOverlapThatNeverAdvancesIsRefused() {
    for (int overlap : new int[] {-1, 4, 5}) {
      var thrown =
          assertThrows(IllegalArgumentException.class, () -> Segments.count(9, 4, overlap));
      assertEquals(
          "segment-overlap " + overlap + " is outside [0, 4); it must be less than segment-tokens",
          thrown.getMessage());
    }
    assertEquals(Integer.MAX_VALUE - 1, Segments.count(Integer.MAX_VALUE, 2, 1), "no overflow");
  }
}
