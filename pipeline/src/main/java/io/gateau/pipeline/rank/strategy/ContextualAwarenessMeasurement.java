package io.gateau.pipeline.rank.strategy;

import java.util.List;

/** Contextual Awareness Measurement alone: CAS of GATEAU (arXiv 2410.15633) Eq. 5. */
record ContextualAwarenessMeasurement() implements Strategy {
  @Override
  public String code() {
    return "cam";
  }

  @Override
  public String description() {
    return "the long model's attention sits on segments that do not help";
  }

  @Override
  public String formula() {
    return "cas";
  }

  @Override
  public String reference() {
    return "GATEAU (arXiv 2410.15633) section 3.2, Eq. 5";
  }

  @Override
  public List<SignalInput> inputs() {
    return AwarenessTerm.INPUTS;
  }

  @Override
  public List<String> rawTerms() {
    return List.of(AwarenessTerm.CAS);
  }

  @Override
  public double[] raw(SampleSignals sample, RankConfig config) {
    return new double[] {AwarenessTerm.of(sample, config)};
  }

  @Override
  public double score(double[] raw, double[] terms, RankConfig config) {
    return raw[0];
  }

  @Override
  public String explain(double[] raw, double[] terms, RankConfig config) {
    return "score = " + AwarenessTerm.explain(raw[0], config);
  }
}
