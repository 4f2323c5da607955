package io.gateau.math;

/**
 * Perplexity: exp of the mean negative log-likelihood (nats) of the response tokens. Source: GATEAU
 * (arXiv 2410.15633) Eq. 1; the published scripts divide segment perplexity by another count, this
 * does not.
 */
public final class Perplexity {
  private Perplexity() {}

  /**
   * The perplexity of tokens with the given negative log-likelihoods.
   *
   * @param negativeLogLikelihoods nats, one per token, at least one
   * @return in [1, infinity) for probabilities; infinite when the mean passes 709; NaN when an
   *     input is NaN
   * @throws IllegalArgumentException if there is no token
   */
  public static double of(double[] negativeLogLikelihoods) {
    return of(meanLoss(negativeLogLikelihoods));
  }

  /** The perplexity of a mean negative log-likelihood: its exponential, the same on every CPU. */
  public static double of(double meanLoss) {
    return StrictMath.exp(meanLoss);
  }

  /**
   * The mean of negative log-likelihoods, added up in their order.
   *
   * @param negativeLogLikelihoods nats, one per token, at least one
   * @throws IllegalArgumentException if there is no token
   */
  public static double meanLoss(double[] negativeLogLikelihoods) {
    if (negativeLogLikelihoods.length == 0) {
      throw new IllegalArgumentException("the perplexity of no tokens is undefined");
    }
    double sum = 0;
    for (double value : negativeLogLikelihoods) {
      sum += value;
    }
    return sum / negativeLogLikelihoods.length;
  }
}
