package io.gateau.pipeline.rank.strategy;

import io.gateau.math.fit.RowPasses;
import java.util.List;

/**
 * Guidance by two models alone: HMP of GATEAU (arXiv 2410.15633) Eq. 2, or the same with an
 * unrelated model in the place of the short sibling, the paper's baseline Non-Homologous Models'
 * Guidance.
 *
 * <pre>
 *   hmg             hmp      = N(short_difficulty) - N(long_difficulty)
 *   non-homologous  guidance = N(unrelated_difficulty) - N(long_difficulty)
 * </pre>
 *
 * Difficulty is perplexity or loss, a mean over response tokens. An unrelated model has tokens of
 * its own, so its perplexity is per token of its own; N makes the two comparable.
 *
 * @param guidance of which two models
 */
record ModelsGuidance(GuidanceTerms guidance) implements Strategy {
  private boolean isHomologous() {
    return guidance.equals(GuidanceTerms.HOMOLOGOUS);
  }

  @Override
  public String code() {
    return isHomologous() ? "hmg" : "non-homologous";
  }

  @Override
  public String description() {
    return isHomologous()
        ? "hard for the short model, easy for the long one"
        : "hard for a model of another family, easy for the long one";
  }

  @Override
  public String formula() {
    List<String> terms = terms();
    return "%s = %s - %s".formatted(terms.get(2), terms.get(0), terms.get(1));
  }

  @Override
  public String reference() {
    return isHomologous()
        ? "GATEAU (arXiv 2410.15633) section 3.1, Eq. 2"
        : "GATEAU (arXiv 2410.15633), baseline Non-Homologous Models' Guidance";
  }

  @Override
  public List<SignalInput> inputs() {
    return guidance.inputs();
  }

  @Override
  public List<String> rawTerms() {
    return guidance.raw();
  }

  @Override
  public double[] raw(SampleSignals sample, RankConfig config) {
    return guidance.raw(sample, config);
  }

  @Override
  public List<String> terms() {
    return guidance.terms();
  }

  @Override
  public Scales fit(RowPasses rows, RankConfig config) {
    return new Scales(guidance.fit(rows, config));
  }

  @Override
  public double[] terms(double[] raw, Scales scales) {
    return guidance.terms(raw, scales);
  }

  @Override
  public double score(double[] raw, double[] terms, RankConfig config) {
    return guidance.difference(terms);
  }

  @Override
  public String explain(double[] raw, double[] terms, RankConfig config) {
    return "score = " + guidance.explain(raw, terms);
  }
}
