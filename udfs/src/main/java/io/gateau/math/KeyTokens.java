package io.gateau.math;

import java.util.Arrays;

/**
 * What the long context adds to each response token: LongPPL (arXiv 2410.23771) and LongFilter
 * (arXiv 2510.25804).
 *
 * <pre>
 *   l_t, r_t  loss of token t (nats) given the whole prompt, and given only its recent end
 *   gain      = mean_t exp(-l_t) (r_t - l_t)             LongFilter
 *   key token = r_t - l_t &gt; 2 and l_t &lt; 2               LongPPL
 *   longppl   = exp(mean of l_t over the key tokens)      LongPPL
 * </pre>
 *
 * @param gain LongFilter's score, in nats
 * @param keyTokens how many tokens are key tokens
 * @param keyLoss mean loss of the key tokens given the whole prompt; NaN if there are none
 */
public record KeyTokens(double gain, int keyTokens, double keyLoss) {
  private static final double LEAST_DIFFERENCE = 2;
  private static final double GREATEST_LOSS = 2;

  /**
   * Of the losses of one response.
   *
   * @param whole (L), given the whole prompt, at least one
   * @param recent (L), given its recent end
   * @throws IllegalArgumentException if the lengths differ or there is no token
   */
  public static KeyTokens of(double[] whole, double[] recent) {
    if (whole.length == 0 || whole.length != recent.length) {
      throw new IllegalArgumentException(
          "%d losses given the whole prompt and %d given its end do not belong together"
              .formatted(whole.length, recent.length));
    }
    double gain = 0;
    double[] key = new double[whole.length];
    int keys = 0;
    for (int i = 0; i < whole.length; i++) {
      double difference = recent[i] - whole[i];
      gain += StrictMath.exp(-whole[i]) * difference;
      if (difference > LEAST_DIFFERENCE && whole[i] < GREATEST_LOSS) {
        key[keys++] = whole[i];
      }
    }
    double keyLoss = keys == 0 ? Double.NaN : Perplexity.meanLoss(Arrays.copyOf(key, keys));
    return new KeyTokens(gain / whole.length, keys, keyLoss);
  }
}
