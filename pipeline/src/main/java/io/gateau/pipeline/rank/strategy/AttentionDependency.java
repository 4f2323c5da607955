package io.gateau.pipeline.rank.strategy;

import io.gateau.score.ModelSignal;
import io.gateau.score.baseline.SpanDependency;
import java.util.List;

/**
 * LADM (arXiv 2503.02502): how much the spans of a sample attend to few spans far before them, in
 * all layers of the long model, whatever is asked: {@link io.gateau.math.ContextualDependency}.
 *
 * <p>A sample of 2,304 tokens or fewer has too few spans and is rejected as too short.
 */
record AttentionDependency() implements Strategy {
  private static final SignalInput DEPENDENCY =
      new SignalInput(ModelSignal.ofLong(new SpanDependency()), SpanDependency.DEPENDENCY);

  @Override
  public String code() {
    return "ladm";
  }

  @Override
  public String description() {
    return "spans attend to few spans far before them, whatever is asked";
  }

  @Override
  public String formula() {
    return SpanDependency.DEPENDENCY;
  }

  @Override
  public String reference() {
    return "LADM (arXiv 2503.02502) section 3";
  }

  @Override
  public List<SignalInput> inputs() {
    return List.of(DEPENDENCY);
  }

  @Override
  public List<String> rawTerms() {
    return List.of(SpanDependency.DEPENDENCY);
  }

  @Override
  public double[] raw(SampleSignals sample, RankConfig config) {
    return new double[] {sample.number(DEPENDENCY)};
  }

  @Override
  public double score(double[] raw, double[] terms, RankConfig config) {
    return raw[0];
  }

  @Override
  public String explain(double[] raw, double[] terms, RankConfig config) {
    return "score = contextual_dependency %s: how much, how far and how specifically the spans of the sample attend to spans before them"
        .formatted(Words.number(raw[0]));
  }
}
