package io.gateau.pipeline.rank.strategy;

import static io.gateau.pipeline.rank.strategy.SignalInput.LONG_LOSS;
import static io.gateau.pipeline.rank.strategy.SignalInput.SHORT_LOSS;

import java.util.List;

/**
 * Ours: how much lower the loss of the long model is, in nats per response token.
 *
 * <pre>
 *   gain = short_nll - long_nll
 * </pre>
 *
 * Eq. 2 of GATEAU (arXiv 2410.15633) normalises each loss alone, and so gives 0 to the sample that
 * is hardest under both models, however large its gain. Here nothing is normalised.
 */
record Gain() implements Strategy {
  @Override
  public String code() {
    return "gain";
  }

  @Override
  public String description() {
    return "the long model's loss is lower than the short one's, as they are";
  }

  @Override
  public String formula() {
    return "gain = short_nll - long_nll";
  }

  @Override
  public String reference() {
    return "ours; GATEAU (arXiv 2410.15633) Eq. 2 without N";
  }

  @Override
  public List<SignalInput> inputs() {
    return List.of(SHORT_LOSS, LONG_LOSS);
  }

  @Override
  public List<String> rawTerms() {
    return List.of("short_nll", "long_nll", "gain");
  }

  @Override
  public double[] raw(SampleSignals sample, RankConfig config) {
    double shortLoss = sample.number(SHORT_LOSS);
    double longLoss = sample.number(LONG_LOSS);
    return new double[] {shortLoss, longLoss, shortLoss - longLoss};
  }

  @Override
  public double score(double[] raw, double[] terms, RankConfig config) {
    return raw[2];
  }

  @Override
  public String explain(double[] raw, double[] terms, RankConfig config) {
    return "score = gain %s = %s - %s: the mean loss of the response under the short model and under the long one"
        .formatted(Words.number(raw[2]), Words.number(raw[0]), Words.number(raw[1]));
  }
}
