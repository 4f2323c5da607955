package io.gateau.pipeline.rank.strategy;

import static io.gateau.pipeline.rank.strategy.SignalInput.LONG_RECENT_TOKEN_LOSS;
import static io.gateau.pipeline.rank.strategy.SignalInput.LONG_TOKEN_LOSS;

import io.gateau.math.KeyTokens;
import java.util.List;

/**
 * LongFilter (arXiv 2510.25804): how much the long context adds to each response token that the
 * model then knows.
 *
 * <pre>
 *   longfilter = mean_t exp(-l_t) (r_t - l_t)      l, r: loss given the whole prompt, and its recent end
 * </pre>
 *
 * Ours: the paper scores all tokens of a document for pre-training; here they are those of the
 * response.
 */
record LongFilter() implements Strategy {
  @Override
  public String code() {
    return "longfilter";
  }

  @Override
  public String description() {
    return "the long context adds much to tokens that are then known";
  }

  @Override
  public String formula() {
    return "longfilter = mean of exp(-long_token_loss) * (long_recent_token_loss - long_token_loss)";
  }

  @Override
  public String reference() {
    return "LongFilter (arXiv 2510.25804) section 3";
  }

  @Override
  public List<SignalInput> inputs() {
    return List.of(LONG_TOKEN_LOSS, LONG_RECENT_TOKEN_LOSS);
  }

  @Override
  public List<String> rawTerms() {
    return List.of("longfilter");
  }

  @Override
  public double[] raw(SampleSignals sample, RankConfig config) {
    return new double[] {
      KeyTokens.of(sample.numbers(LONG_TOKEN_LOSS), sample.numbers(LONG_RECENT_TOKEN_LOSS)).gain()
    };
  }

  @Override
  public double score(double[] raw, double[] terms, RankConfig config) {
    return raw[0];
  }

  @Override
  public String explain(double[] raw, double[] terms, RankConfig config) {
    return "score = longfilter %s: the mean, over the response tokens, of what the whole prompt takes off their loss, weighted by their probability"
        .formatted(Words.number(raw[0]));
  }
}
