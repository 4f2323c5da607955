package io.gateau.pipeline.rank.strategy;

import static io.gateau.pipeline.rank.strategy.SignalInput.LONG_RECENT_TOKEN_LOSS;
import static io.gateau.pipeline.rank.strategy.SignalInput.LONG_TOKEN_LOSS;

import io.gateau.math.KeyTokens;
import io.gateau.math.Perplexity;
import java.util.List;
import java.util.Optional;

/**
 * LongPPL (arXiv 2410.23771): the perplexity of those response tokens alone that need the long
 * context. The lowest ranks first.
 *
 * <pre>
 *   key token = r_t - l_t &gt; 2 and l_t &lt; 2         l, r: loss given the whole prompt, and its recent end
 *   longppl   = exp(mean of l_t over the key tokens)
 *   score     = -longppl
 * </pre>
 *
 * A sample without key tokens has no LongPPL and is left out. Ours: the paper measures models by
 * it, over all tokens of a text; here it measures samples, over the response.
 */
record LongPerplexity() implements Strategy {
  @Override
  public String code() {
    return "longppl";
  }

  @Override
  public String description() {
    return "the tokens that need the long context are well predicted with it";
  }

  @Override
  public String formula() {
    return "-longppl; without key tokens a sample is left out";
  }

  @Override
  public String reference() {
    return "LongPPL (arXiv 2410.23771) section 3";
  }

  @Override
  public List<SignalInput> inputs() {
    return List.of(LONG_TOKEN_LOSS, LONG_RECENT_TOKEN_LOSS);
  }

  @Override
  public List<String> rawTerms() {
    return List.of("longppl", "key_token_share");
  }

  @Override
  public double[] raw(SampleSignals sample, RankConfig config) {
    double[] whole = sample.numbers(LONG_TOKEN_LOSS);
    KeyTokens tokens = KeyTokens.of(whole, sample.numbers(LONG_RECENT_TOKEN_LOSS));
    // 0 is no perplexity; the exclusion below leaves such a sample out.
    double perplexity = tokens.keyTokens() == 0 ? 0 : Perplexity.of(tokens.keyLoss());
    return new double[] {perplexity, (double) tokens.keyTokens() / (double) whole.length};
  }

  @Override
  public Optional<String> exclusion(double[] raw) {
    return raw[1] == 0
        ? Optional.of("no token of the response needs the long context, so there is no longppl")
        : Optional.empty();
  }

  @Override
  public double score(double[] raw, double[] terms, RankConfig config) {
    return -raw[0];
  }

  @Override
  public String explain(double[] raw, double[] terms, RankConfig config) {
    return "score = -longppl %s: the perplexity of the %s of the response tokens that need the long context"
        .formatted(Words.number(raw[0]), Words.percent(raw[1]));
  }
}
