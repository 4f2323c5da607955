package io.gateau.pipeline.rank.strategy;

import io.gateau.math.LongDependency;
import io.gateau.score.ModelSignal;
import io.gateau.score.baseline.SegmentPairLoss;
import java.util.List;

/**
 * ProLong (arXiv 2405.17915): how much the segments of a context depend on far ones, whatever is
 * asked: {@link LongDependency}.
 *
 * <p>Ours: its segments are those of the other signals, and its pairs those of {@link
 * io.gateau.math.SegmentPairs}. The sum grows with the number of segments, as the paper's does.
 */
record ProLong() implements Strategy {
  private static final SignalInput ALONE =
      new SignalInput(ModelSignal.ofLong(new SegmentPairLoss()), SegmentPairLoss.ALONE);
  private static final SignalInput PAIR =
      new SignalInput(ModelSignal.ofLong(new SegmentPairLoss()), SegmentPairLoss.PAIR);

  @Override
  public String code() {
    return "prolong";
  }

  @Override
  public String description() {
    return "segments of the context depend on far ones, whatever is asked";
  }

  @Override
  public String formula() {
    return "prolong = sum over pairs of (strength + distance) * specificity";
  }

  @Override
  public String reference() {
    return "ProLong (arXiv 2405.17915) section 3";
  }

  @Override
  public List<SignalInput> inputs() {
    return List.of(ALONE, PAIR);
  }

  @Override
  public List<String> rawTerms() {
    return List.of("prolong");
  }

  @Override
  public double[] raw(SampleSignals sample, RankConfig config) {
    return new double[] {LongDependency.of(sample.numbers(ALONE), sample.numbers(PAIR))};
  }

  @Override
  public double score(double[] raw, double[] terms, RankConfig config) {
    return raw[0];
  }

  @Override
  public String explain(double[] raw, double[] terms, RankConfig config) {
    return "score = prolong %s: the sum, over pairs of segments that help each other, of how much, how far apart and how specifically"
        .formatted(Words.number(raw[0]));
  }
}
