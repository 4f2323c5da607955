package io.gateau.pipeline.rank.strategy;

import static io.gateau.pipeline.rank.strategy.SignalInput.LONG_LOSS;

import io.gateau.math.Perplexity;
import java.util.List;

/** Perplexity Guidance, a baseline of GATEAU (arXiv 2410.15633): the long model's perplexity. */
record PerplexityGuidance() implements Strategy {
  @Override
  public String code() {
    return "perplexity";
  }

  @Override
  public String description() {
    return "hard for the long model";
  }

  @Override
  public String formula() {
    return "long_ppl";
  }

  @Override
  public String reference() {
    return "GATEAU (arXiv 2410.15633) section 4.1, Perplexity Guidance";
  }

  @Override
  public List<SignalInput> inputs() {
    return List.of(LONG_LOSS);
  }

  @Override
  public List<String> rawTerms() {
    return List.of(GuidanceTerms.LONG_PPL);
  }

  @Override
  public double[] raw(SampleSignals sample, RankConfig config) {
    return new double[] {Perplexity.of(sample.number(LONG_LOSS))};
  }

  @Override
  public double score(double[] raw, double[] terms, RankConfig config) {
    return raw[0];
  }

  @Override
  public String explain(double[] raw, double[] terms, RankConfig config) {
    return "score = long_ppl %s: the perplexity of the response under the long model"
        .formatted(Words.number(raw[0]));
  }
}
