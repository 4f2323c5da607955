package io.gateau.pipeline.rank.strategy;

import io.gateau.math.fit.RowPasses;
import java.util.List;

/** Homologous Models' Guidance alone: HMP of GATEAU (arXiv 2410.15633) Eq. 2. */
record HomologousModelsGuidance() implements Strategy {
  @Override
  public String code() {
    return "hmg";
  }

  @Override
  public String description() {
    return "hard for the short model, easy for the long one";
  }

  @Override
  public String formula() {
    return "hmp = normalised_short - normalised_long";
  }

  @Override
  public String reference() {
    return "GATEAU (arXiv 2410.15633) section 3.1, Eq. 2";
  }

  @Override
  public List<SignalInput> inputs() {
    return GuidanceTerms.INPUTS;
  }

  @Override
  public List<String> rawTerms() {
    return GuidanceTerms.RAW;
  }

  @Override
  public double[] raw(SampleSignals sample, RankConfig config) {
    return GuidanceTerms.raw(sample, config);
  }

  @Override
  public List<String> terms() {
    return GuidanceTerms.TERMS;
  }

  @Override
  public Scales fit(RowPasses rows, RankConfig config) {
    return new Scales(GuidanceTerms.fit(rows, config));
  }

  @Override
  public double[] terms(double[] raw, Scales scales) {
    return GuidanceTerms.terms(raw, scales);
  }

  @Override
  public double score(double[] raw, double[] terms, RankConfig config) {
    return terms[GuidanceTerms.TERMS.indexOf(GuidanceTerms.HMP)];
  }

  @Override
  public String explain(double[] raw, double[] terms, RankConfig config) {
    return "score = " + GuidanceTerms.explain(raw, terms);
  }
}
