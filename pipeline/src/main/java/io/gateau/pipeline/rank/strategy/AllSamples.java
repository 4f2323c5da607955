package io.gateau.pipeline.rank.strategy;

import java.util.List;

/** Every sample is selected, in the order of the ids. */
record AllSamples() implements Strategy {
  @Override
  public String code() {
    return "all";
  }

  @Override
  public String description() {
    return "every sample, in the order of the ids";
  }

  @Override
  public String formula() {
    return "0";
  }

  @Override
  public String reference() {
    return "a baseline of GATEAU (arXiv 2410.15633) section 4.1, without selection";
  }

  @Override
  public List<SignalInput> inputs() {
    return List.of();
  }

  @Override
  public List<String> rawTerms() {
    return List.of();
  }

  @Override
  public double[] raw(SampleSignals sample, RankConfig config) {
    return new double[0];
  }

  @Override
  public double score(double[] raw, double[] terms, RankConfig config) {
    return 0;
  }

  @Override
  public String explain(double[] raw, double[] terms, RankConfig config) {
    return "score 0: every sample is selected, whatever its signals";
  }

  @Override
  public boolean usesBudget() {
    return false;
  }
}
