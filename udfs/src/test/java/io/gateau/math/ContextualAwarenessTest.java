package io.gateau.math;

import static io.gateau.math.ContextualAwareness.Importance.INVERSE;
import static io.gateau.math.ContextualAwareness.Importance.PERPLEXITY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
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
