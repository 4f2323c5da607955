package io.gateau.pipeline.rank.strategy;

import static io.gateau.pipeline.rank.strategy.SignalInput.LONG_LOSS;
import static io.gateau.pipeline.rank.strategy.SignalInput.LONG_SEGMENT_LOSS;

import java.util.Arrays;
import java.util.List;

/**
 * Ours: how far the best single segment falls short of the whole context, in nats per response
 * token. It is high where the response needs more of the context than any one place holds, and
 * negative where one segment alone serves better than everything.
 *
 * <pre>
 *   evidence = min_i segment_loss_i - long_nll
 * </pre>
 */
record Evidence() implements Strategy {
  @Override
  public String code() {
    return "evidence";
  }

  @Override
  public String description() {
    return "the best single segment falls far short of the whole context";
  }

  @Override
  public String formula() {
    return "evidence = best_segment_nll - long_nll";
  }

  @Override
  public String reference() {
    return "ours; the segment losses of GATEAU (arXiv 2410.15633) section 3.2";
  }

  @Override
  public List<SignalInput> inputs() {
    return List.of(LONG_LOSS, LONG_SEGMENT_LOSS);
  }

  @Override
  public List<String> rawTerms() {
    return List.of("best_segment_nll", "long_nll", "evidence");
  }

  @Override
  public double[] raw(SampleSignals sample, RankConfig config) {
    double best = Arrays.stream(sample.numbers(LONG_SEGMENT_LOSS)).min().orElse(Double.NaN);
    double whole = sample.number(LONG_LOSS);
    return new double[] {best, whole, best - whole};
  }

  @Override
  public double score(double[] raw, double[] terms, RankConfig config) {
    return raw[2];
  }

  @Override
  public String explain(double[] raw, double[] terms, RankConfig config) {
    return "score = evidence %s = %s - %s: the mean loss of the response given the segment that helps most, and given the whole context"
        .formatted(Words.number(raw[2]), Words.number(raw[0]), Words.number(raw[1]));
  }
}
