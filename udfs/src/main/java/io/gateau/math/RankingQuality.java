package io.gateau.math;

/**
 * How well a ranking puts the wanted rows first. All methods take one entry for each row; a measure
 * that is not defined for the rows is NaN.
 */
public final class RankingQuality {
  private RankingQuality() {}

  /**
   * Area under the receiver operating characteristic: the probability that a wanted row scores
   * higher than another, where ties count one half (Mann-Whitney).
   *
   * @param scores of the rows, no NaN
   * @param wanted whether each row is wanted
   * @return in [0, 1]; 0.5 for a random score; NaN if all rows are wanted, or none
   */
  public static double areaUnderRoc(double[] scores, boolean[] wanted) {
    requireSame(scores.length, wanted.length);
    double[] ranks = Ranks.of(scores);
    long positives = count(wanted, wanted.length);
    long negatives = wanted.length - positives;
    double sum = 0;
    for (int i = 0; i < ranks.length; i++) {
      sum += wanted[i] ? ranks[i] : 0;
    }
    return positives == 0 || negatives == 0
        ? Double.NaN
        : (sum - positives * (positives + 1) / 2.0) / ((double) positives * negatives);
  }

  /**
   * Share of the first rows that are wanted.
   *
   * @param wanted whether each row is wanted, best row first
   * @param top number of first rows, 0 to all
   * @return in [0, 1]; NaN for a top of 0
   */
  public static double precision(boolean[] wanted, int top) {
    return (double) count(wanted, top) / top;
  }

  /**
   * Share of the wanted rows that are among the first.
   *
   * @param wanted whether each row is wanted, best row first
   * @param top number of first rows, 0 to all
   * @return in [0, 1]; NaN if no row is wanted
   */
  public static double recall(boolean[] wanted, int top) {
    return (double) count(wanted, top) / count(wanted, wanted.length);
  }

  /**
   * Spearman's rank correlation: Pearson's correlation of the ranks.
   *
   * @param some first values of the rows, no NaN
   * @param others second values of the rows, no NaN
   * @return in [-1, 1]; NaN if all values of one side are equal
   */
  public static double rankCorrelation(double[] some, double[] others) {
    requireSame(some.length, others.length);
    double[] a = Ranks.of(some);
    double[] b = Ranks.of(others);
    double mean = (a.length + 1) / 2.0;
    double product = 0;
    double squareA = 0;
    double squareB = 0;
    for (int i = 0; i < a.length; i++) {
      product += (a[i] - mean) * (b[i] - mean);
      squareA += (a[i] - mean) * (a[i] - mean);
      squareB += (b[i] - mean) * (b[i] - mean);
    }
    return product / Math.sqrt(squareA * squareB);
  }

  private static long count(boolean[] wanted, int top) {
    if (top < 0 || top > wanted.length) {
      throw new IllegalArgumentException("the first %d of %d rows".formatted(top, wanted.length));
    }
    long count = 0;
    for (int i = 0; i < top; i++) {
      count += wanted[i] ? 1 : 0;
    }
    return count;
  }

  private static void requireSame(int one, int other) {
    if (one != other) {
      throw new IllegalArgumentException(
          "%d and %d entries; both sides need one for each row".formatted(one, other));
    }
  }
}
