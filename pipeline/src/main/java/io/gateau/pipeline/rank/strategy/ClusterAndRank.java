package io.gateau.pipeline.rank.strategy;

import static io.gateau.pipeline.rank.strategy.SignalInput.LONG_LOSS;
import static io.gateau.pipeline.rank.strategy.SignalInput.LONG_STATE;

import java.util.List;

/**
 * CaR, Clustering and Ranking (arXiv 2402.18191): samples of high quality, and the best of each
 * cluster, so that every kind is kept. The best of each cluster go first.
 *
 * <pre>
 *   score = -long_nll
 * </pre>
 *
 * Ours: the paper's quality is that of a reward model trained on the judgements of experts, which
 * nobody has for long contexts. Here it is how well the long model predicts the response. The
 * clusters are those of {@code io.gateau.pipeline.diversity}, which go with any strategy.
 */
record ClusterAndRank() implements Strategy {
  @Override
  public String code() {
    return "car";
  }

  @Override
  public String description() {
    return "the best of each cluster first, then what the long model predicts best";
  }

  @Override
  public String formula() {
    return "-long_nll; the best of each cluster goes first";
  }

  @Override
  public String reference() {
    return "CaR (arXiv 2402.18191) section 3";
  }

  @Override
  public List<SignalInput> inputs() {
    return List.of(LONG_LOSS, LONG_STATE);
  }

  @Override
  public List<String> rawTerms() {
    return List.of("long_nll");
  }

  @Override
  public double[] raw(SampleSignals sample, RankConfig config) {
    return new double[] {sample.number(LONG_LOSS)};
  }

  @Override
  public double score(double[] raw, double[] terms, RankConfig config) {
    return -raw[0];
  }

  @Override
  public boolean leadersFirst() {
    return true;
  }

  @Override
  public String explain(double[] raw, double[] terms, RankConfig config) {
    return "score = -long_nll %s: the mean loss of the response under the long model; the best of each cluster goes first"
        .formatted(Words.number(raw[0]));
  }
}
