package io.gateau.math;

import static io.gateau.math.ContextualAwareness.Importance.INVERSE;
import static io.gateau.math.ContextualAwareness.Importance.PERPLEXITY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ContextualAwarenessTest {

  /*
   * AS       IS       dot           norms          cosine
   * 3, 4     6, 8     18 + 32 = 50  5 * 10 = 50    1       attention follows perplexity exactly
   * 1, 0     3, 4     3             1 * 5 = 5      0.6
   * 3, 4     4, 3     24            5 * 5 = 25     0.96
   * 1, 2, 2  2, 1, 2  2 + 2 + 4     3 * 3          8/9
   */
  @Test
  void itIsTheCosineOfAttentionAndPerplexity() {
    assertEquals(1, of(PERPLEXITY, 3, 4, 6, 8), 1e-15);
    assertEquals(0.6, of(PERPLEXITY, 1, 0, 3, 4), 1e-15);
    assertEquals(0.96, of(PERPLEXITY, 3, 4, 4, 3), 1e-15);
    assertEquals(8 / 9.0, of(PERPLEXITY, 1, 2, 2, 2, 1, 2), 1e-15);
  }

  /* AS 3, 4 and IS 4, 3: 1/IS is parallel to 3, 4, so 1 - 1 = 0. IS 3, 4: 1 - 24/25. */
  @Test
  void inverseImportanceIsSmallWhereAttentionSitsOnTheHelp() {
    assertEquals(0, of(INVERSE, 3, 4, 4, 3), 1e-15);
    assertEquals(0.04, of(INVERSE, 3, 4, 3, 4), 1e-15);
  }

  @Test
  void bothKindsGrowWhenAttentionMovesFromHelpToNoise() {
    double[] perplexity = {2, 50};
    for (ContextualAwareness.Importance importance : ContextualAwareness.Importance.values()) {
      double before = -1;
      for (int step = 0; step <= 10; step++) {
        double[] attention = {1 - step / 10.0, step / 10.0};
        double score = ContextualAwareness.of(attention, perplexity, importance);
        assertTrue(score > before, importance + " at " + step);
        before = score;
      }
    }
  }

  @Test
  void scaleAndOrderDoNotMatterAndTheRangeIsKept() {
    Random random = new Random(6);
    for (int trial = 0; trial < 500; trial++) {
      int segments = 2 + random.nextInt(30);
      double[] attention = random.doubles(segments, 0, 1).toArray();
      double[] perplexity =
          trial % 3 == 0 // parallel: rounding must not pass 1
              ? Arrays.stream(attention).map(x -> x * 3.7).toArray()
              : random.doubles(segments, 1, 1e3).toArray();

      double score = ContextualAwareness.of(attention, perplexity, PERPLEXITY);
      double inverse = ContextualAwareness.of(attention, perplexity, INVERSE);

      assertTrue(score >= 0 && score <= 1, () -> "score " + score);
      assertTrue(inverse >= 0 && inverse <= 1, () -> "inverse " + inverse);
      assertEquals(naiveCosine(attention, perplexity), score, 1e-14);
      double[] reciprocal = Arrays.stream(perplexity).map(x -> 1 / x).toArray();
      assertEquals(1 - naiveCosine(attention, reciprocal), inverse, 1e-14);
      double[] louder = Arrays.stream(attention).map(x -> x * 1e6).toArray();
      assertEquals(score, ContextualAwareness.of(louder, perplexity, PERPLEXITY), 1e-14);
    }
  }

  @Test
  void hugeAndTinyValuesNeitherOverflowNorVanish() {
    assertEquals(0.96, of(PERPLEXITY, 3e-300, 4e-300, 4e300, 3e300), 1e-15);
    assertEquals(0.04, of(INVERSE, 3e-300, 4e-300, 3e300, 4e300), 1e-15);
    assertEquals(1, of(PERPLEXITY, 1, 1, Double.MAX_VALUE, Double.MAX_VALUE), 1e-15);
  }

  @Test
  void notANumberInNotANumberOut() {
    assertTrue(Double.isNaN(of(PERPLEXITY, 1, Double.NaN, 1, 2)));
    assertTrue(Double.isNaN(of(PERPLEXITY, 1, 2, 1, Double.NaN)));
    assertTrue(Double.isNaN(of(PERPLEXITY, 1, 2, 1, Double.POSITIVE_INFINITY)));
    assertTrue(Double.isNaN(of(INVERSE, 1, Double.POSITIVE_INFINITY, 1, 2)));
    assertTrue(Double.isNaN(of(PERPLEXITY, 0, 0, 1, 2)), "no attention on any segment");
  }

  @Test
  void unequalOrTooFewSegmentsAreRefused() {
    assertEquals(
        "attention of 3 and perplexity of 2 segments; both need the same two or more",
        complaint(new double[3], new double[2]));
    assertEquals(
        "attention of 1 and perplexity of 1 segments; both need the same two or more",
        complaint(new double[1], new double[1]));
    assertEquals(
        "attention of 0 and perplexity of 0 segments; both need the same two or more",
        complaint(new double[0], new double[0]));
  }

  /*
   * members  AS             of groups  IS             of groups  cosine
   * 2        2, 4 | 5, 3    3, 4       9, 4 | 3, 7    4, 3       24 / 25
   * 2        1, 1 | 3, 1    1, 2, 2    2, 5 | 1, 9    2, 1, 2    8 / 9       the last group has one member
   *          | 2                       | 2
   * 3        3, 0, 0 | 0    1, 0       5, 3, 6 | 4    3, 4       3 / 5
   * 1        1, 0           1, 0       3, 4           3, 4       3 / 5
   */
  @Test
  void aGroupHasTheMeanAttentionAndTheLowestPerplexityOfItsMembers() {
    assertEquals(0.96, merged(PERPLEXITY, 2, 2, 4, 5, 3, 9, 4, 3, 7), 1e-15);
    assertEquals(8 / 9.0, merged(PERPLEXITY, 2, 1, 1, 3, 1, 2, 2, 5, 1, 9, 2), 1e-15);
    assertEquals(0.6, merged(PERPLEXITY, 3, 3, 0, 0, 0, 5, 3, 6, 4), 1e-15);
    assertEquals(0.6, merged(PERPLEXITY, 1, 1, 0, 3, 4), 1e-15);
    // 1 / (4, 3) is parallel to (3, 4).
    assertEquals(0, merged(INVERSE, 2, 2, 4, 5, 3, 9, 4, 3, 7), 1e-15);
  }

  @Test
  void mergingIsTheScoreOfTheGroups() {
    Random random = new Random(7);
    for (int trial = 0; trial < 300; trial++) {
      int members = 1 + random.nextInt(5);
      int segments = members + 1 + random.nextInt(20);
      double[] attention = random.doubles(segments, 0, 1).toArray();
      double[] perplexity = random.doubles(segments, 1, 1e3).toArray();
      List<Double> means = new ArrayList<>();
      List<Double> lowest = new ArrayList<>();
      for (int from = 0; from < segments; from += members) {
        int to = Math.min(from + members, segments);
        means.add(Arrays.stream(attention, from, to).average().orElseThrow());
        lowest.add(Arrays.stream(perplexity, from, to).min().orElseThrow());
      }
      for (ContextualAwareness.Importance importance : ContextualAwareness.Importance.values()) {
        assertEquals(
            ContextualAwareness.of(array(means), array(lowest), importance),
            ContextualAwareness.ofMerged(attention, perplexity, importance, members),
            1e-14,
            "%d segments, merged by %d, %s".formatted(segments, members, importance));
      }
    }
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  @Test
  void mergingSingleSegmentsChangesNoBit() {
    Random random = new Random(8);
    double[] attention = random.doubles(9).toArray();
    double[] perplexity = random.doubles(9, 1, 1e3).toArray();
    assertEquals(
        ContextualAwareness.of(attention, perplexity, PERPLEXITY),
        ContextualAwareness.ofMerged(attention, perplexity, PERPLEXITY, 1),
        0);
  }

  @Test
  void notANumberStaysNotANumberAndAnInfinitePerplexityIsNeverTheLowest() {
    double infinite = Double.POSITIVE_INFINITY;
    assertTrue(Double.isNaN(merged(PERPLEXITY, 2, 1, Double.NaN, 1, 1, 2, 2, 2, 2)));
    assertTrue(Double.isNaN(merged(PERPLEXITY, 2, 1, 1, 1, 1, 2, 2, Double.NaN, 2)));
    assertTrue(Double.isNaN(merged(PERPLEXITY, 2, 1, 1, 1, 1, 2, 2, infinite, infinite)));
    assertTrue(Double.isNaN(merged(PERPLEXITY, 2, 0, 0, 0, 0, 2, 2, 2, 2)), "no attention");
    assertEquals(0.96, merged(PERPLEXITY, 2, 2, 4, 5, 3, infinite, 4, 3, 7), 1e-15);
  }

  @Test
  void whatMergingMakesOneSegmentIsRefused() {
    assertEquals(
        "the context has 4 segments, which merge-segments 4 makes one; contextual awareness needs two",
        complaintOfMerged(4, 4, 4));
    assertEquals(
        "the context has 2 segments, which merge-segments 1000 makes one; contextual awareness needs two",
        complaintOfMerged(2, 2, 1000));
    assertEquals(
        "attention of 4 and perplexity of 3 segments; both need the same two or more",
        complaintOfMerged(4, 3, 2));
    assertEquals(
        "attention of 1 and perplexity of 1 segments; both need the same two or more",
        complaintOfMerged(1, 1, 2));
    assertEquals("merge-segments is 0; it must be 1 or more", complaintOfMerged(4, 4, 0));
  }

  private static String complaintOfMerged(int attention, int perplexity, int members) {
    return assertThrows(
            IllegalArgumentException.class,
            () ->
                ContextualAwareness.ofMerged(
                    new double[attention], new double[perplexity], PERPLEXITY, members))
        .getMessage();
  }

  private static String complaint(double[] attention, double[] perplexity) {
    return assertThrows(
            IllegalArgumentException.class,
            () -> ContextualAwareness.of(attention, perplexity, PERPLEXITY))
        .getMessage();
  }

  /** The first half is attention, the second perplexity. */
  private static double of(ContextualAwareness.Importance importance, double... values) {
    int segments = values.length / 2;
    return ContextualAwareness.of(
        Arrays.copyOf(values, segments),
        Arrays.copyOfRange(values, segments, values.length),
        importance);
  }

  /** The first half is attention, the second perplexity. */
  private static double merged(
      ContextualAwareness.Importance importance, int members, double... values) {
    int segments = values.length / 2;
    return ContextualAwareness.ofMerged(
        Arrays.copyOf(values, segments),
        Arrays.copyOfRange(values, segments, values.length),
        importance,
        members);
  }

  private static double naiveCosine(double[] a, double[] b) {
    double dot = 0;
    double normA = 0;
    double normB = 0;
    for (int i = 0; i < a.length; i++) {
      dot += a[i] * b[i];
      normA += a[i] * a[i];
      normB += b[i] * b[i];
    }
    return dot / Math.sqrt(normA * normB);
  }
}
