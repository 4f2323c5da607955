package io.gateau.math;

import java.util.Arrays;

/**
 * Contextual Awareness Measurement: whether the long model attends to the segments that help. The
 * cosine of attention scores and importance scores over a sample's segments. Source: GATEAU (arXiv
 * 2410.15633) section 3.2, Eq. 3 to 5, CAS.
 */
public final class ContextualAwareness {
  private ContextualAwareness() {}

  /** How the cosine takes a segment's importance. */
  public enum Importance {
    /**
     * IS_i = perplexity of the response given segment i alone, as in the paper: low = the segment
     * helps.
     */
    PERPLEXITY,
    /**
     * 1 - cos(AS, 1 / IS): ours. The score has the same direction, and importance grows with help.
     */
    INVERSE
  }

  /**
   * The score of a sample.
   *
   * @param attention AS: mean attention that each segment receives, 0 or more, two segments or more
   * @param perplexity IS: perplexity of the response given each segment alone, positive
   * @return in [0, 1] for such inputs; high = attention sits on segments that do not help; NaN when
   *     an input is NaN or infinite, or when no segment receives any attention
   * @throws IllegalArgumentException if the lengths differ or there are fewer than two segments
   */
  public static double of(double[] attention, double[] perplexity, Importance importance) {
    requireSegments(attention, perplexity);
    return switch (importance) {
      case PERPLEXITY -> cosine(attention, perplexity);
      case INVERSE -> 1 - cosine(attention, inverse(perplexity));
    };
  }

  /**
   * The score of a sample if so many neighbouring segments were one. Ours: it approximates what
   * scoring with longer segments would give, without a model. Groups begin at the first segment,
   * and the last may have fewer members.
   *
   * <p>The attention of a group is the mean of its members, which is exact for members of equal
   * length that share no tokens. Its perplexity is the lowest of its members, because a longer
   * segment holds what its most helpful part holds; the true one would need the model.
   *
   * @param attention AS of each segment, as for single segments
   * @param perplexity IS of each segment
   * @param members segments that count as one, 1 or more
   * @return as for single segments; an infinite perplexity counts only if its whole group is
   *     infinite
   * @throws IllegalArgumentException if the lengths differ, {@code members} is not positive, or
   *     there are fewer than two segments or two groups
   */
  public static double ofMerged(
      double[] attention, double[] perplexity, Importance importance, int members) {
    requireSegments(attention, perplexity);
    if (members < 1) {
      throw new IllegalArgumentException(
          "merge-segments is %d; it must be 1 or more".formatted(members));
    }
    if (attention.length <= members) {
      throw new IllegalArgumentException(
          "the context has %d segments, which merge-segments %d makes one; contextual awareness needs two"
              .formatted(attention.length, members));
    }
    return of(means(attention, members), lowest(perplexity, members), importance);
  }

  private static void requireSegments(double[] attention, double[] perplexity) {
    if (attention.length != perplexity.length || attention.length < 2) {
      throw new IllegalArgumentException(
          "attention of %d and perplexity of %d segments; both need the same two or more"
              .formatted(attention.length, perplexity.length));
    }
  }

  private static double[] means(double[] values, int members) {
    double[] means = new double[groups(values, members)];
    for (int i = 0; i < values.length; i++) {
      means[i / members] += values[i];
    }
    for (int group = 0; group < means.length; group++) {
      means[group] /= Math.min(members, values.length - group * members);
    }
    return means;
  }

  private static double[] lowest(double[] values, int members) {
    double[] lowest = new double[groups(values, members)];
    Arrays.fill(lowest, Double.POSITIVE_INFINITY);
    for (int i = 0; i < values.length; i++) {
      lowest[i / members] = Math.min(lowest[i / members], values[i]);
    }
    return lowest;
  }

  private static int groups(double[] values, int members) {
    return (values.length - 1) / members + 1;
  }

  private static double[] inverse(double[] values) {
    double[] result = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = 1 / values[i];
    }
    return result;
  }

  /**
   * Scaled by the largest entries first, so that perplexities near the end of the range do not
   * overflow.
   */
  private static double cosine(double[] a, double[] b) {
    double scaleA = largest(a);
    double scaleB = largest(b);
    double dot = 0;
    double squareA = 0;
    double squareB = 0;
    for (int i = 0; i < a.length; i++) {
      double x = a[i] / scaleA;
      double y = b[i] / scaleB;
      dot += x * y;
      squareA += x * x;
      squareB += y * y;
    }
    // Rounding may carry the cosine of parallel vectors past 1.
    return Math.max(-1, Math.min(1, dot / (Math.sqrt(squareA) * Math.sqrt(squareB))));
  }

  private static double largest(double[] values) {
    double largest = 0;
    for (double value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
