package io.gateau.math;

import io.gateau.math.SegmentPairs.Pair;
import java.util.Arrays;
import java.util.List;

/**
 * How much the segments of a context depend on far ones: ProLong (arXiv 2405.17915) section 3.
 *
 * <pre>
 *   PPL_i, PPL_ij  perplexity of segment i alone, and behind the earlier segment j
 *   DST_ij = (PPL_i - PPL_ij) / PPL_i            dependency strength
 *   DDI_ij = (i - j) / (N - 1)                   dependency distance
 *   DSP_i  = (ln n - H(softmax_j(PPL_i - PPL_ij))) / ln n    dependency specificity, n pairs of i
 *   score  = sum of (DST_ij + DDI_ij) * DSP_i over pairs with DST_ij &gt; 0.1
 * </pre>
 *
 * Ours: with one pair (n = 1) nothing can be said of specificity, and DSP is 0. The weights of DST
 * and DDI are 1, as in the paper.
 */
public final class LongDependency {
  private static final double LEAST_STRENGTH = 0.1;

  private LongDependency() {}

  /**
   * The score.
   *
   * @param alone (k), mean loss in nats of each segment alone, k at least 2
   * @param behind (p), mean loss of the later segment of each of the pairs {@link SegmentPairs#of}
   *     k segments
   * @return not negative; NaN where a loss is NaN
   * @throws IllegalArgumentException if there are fewer than two segments or not as many losses as
   *     pairs
   */
  public static double of(double[] alone, double[] behind) {
    List<Pair> pairs = SegmentPairs.of(alone.length).toList();
    if (alone.length < 2 || pairs.size() != behind.length) {
      throw new IllegalArgumentException(
          "%d segments have %d pairs, not %d; two segments are needed"
              .formatted(alone.length, pairs.size(), behind.length));
    }
    double sum = 0;
    for (int from = 0; from < pairs.size(); ) {
      int later = pairs.get(from).later();
      int to = from;
      while (to < pairs.size() && pairs.get(to).later() == later) {
        to++;
      }
      double own = Perplexity.of(alone[later]);
      double[] drops =
          Arrays.stream(behind, from, to).map(loss -> own - Perplexity.of(loss)).toArray();
      double specificity = specificity(drops);
      for (int i = 0; i < drops.length; i++) {
        double strength = drops[i] / own;
        double distance =
            (double) (later - pairs.get(from + i).earlier()) / (double) (alone.length - 1);
        // Not "if it is greater", so that NaN stays NaN.
        sum += strength <= LEAST_STRENGTH ? 0 : (strength + distance) * specificity;
      }
      from = to;
    }
    return sum;
  }

  /** 1 less the entropy of a softmax over its maximum; 0 for one value. */
  static double specificity(double[] values) {
    if (values.length == 1) {
      return 0;
    }
    double max = Arrays.stream(values).max().orElseThrow();
    double[] weights = Arrays.stream(values).map(value -> StrictMath.exp(value - max)).toArray();
    double total = Arrays.stream(weights).sum();
    double entropy = 0;
    for (double weight : weights) {
      double share = weight / total;
      entropy -= share == 0 ? 0 : share * StrictMath.log(share);
    }
    double most = StrictMath.log(values.length);
    return (most - entropy) / most;
  }
}
