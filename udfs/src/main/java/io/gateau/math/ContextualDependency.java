package io.gateau.math;

/**
 * The Contextual Dependency Score of LADM (arXiv 2503.02502) section 3: how much the spans of a
 * text attend to spans far before them, and how unevenly, so that a span that depends on few others
 * counts more than one that looks everywhere alike.
 *
 * <pre>
 *   PFS_jd  attention of the span that begins at j to the span that begins d tokens before it
 *   AFS_j   = std_d(PFS_jd) * sum_d (d / L) PFS_jd
 *   CDS     = mean_j (j / L) AFS_j
 * </pre>
 *
 * The deviation divides by one less than the number of spans, and CDS is a mean over the spans that
 * ask, as in the published code; the paper has a sum over them.
 */
public final class ContextualDependency {
  private ContextualDependency() {}

  /**
   * CDS of one layer.
   *
   * @param focus PFS: for each span that asks, what the spans before it get, at distances of {@code
   *     stride}, twice as many tokens, and so on; two or more each
   * @param starts where each span that asks begins, at least one
   * @param stride in tokens
   * @param tokens L
   * @return at least 0; NaN if an input is
   * @throws IllegalArgumentException if there is no span that asks, one asks for fewer than two, or
   *     the numbers of spans differ
   */
  public static double of(double[][] focus, int[] starts, int stride, int tokens) {
    if (starts.length == 0 || focus.length != starts.length) {
      throw new IllegalArgumentException(
          "%d spans with attention and %d starts; both must be of the same spans, one or more"
              .formatted(focus.length, starts.length));
    }
    double sum = 0;
    for (int i = 0; i < starts.length; i++) {
      sum += (double) starts[i] / tokens * aggregated(focus[i], stride, tokens);
    }
    return sum / starts.length;
  }

  /** AFS of one span. */
  private static double aggregated(double[] focus, int stride, int tokens) {
    if (focus.length < 2) {
      throw new IllegalArgumentException(
          "the attention to %d spans has no deviation; it takes two".formatted(focus.length));
    }
    double sum = 0;
    double far = 0;
    for (int i = 0; i < focus.length; i++) {
      sum += focus[i];
      far += (double) (i + 1) * stride / tokens * focus[i];
    }
    double mean = sum / focus.length;
    double squares = 0;
    for (double value : focus) {
      squares += (value - mean) * (value - mean);
    }
    return Math.sqrt(squares / (focus.length - 1)) * far;
  }
}
