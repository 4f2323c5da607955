package io.gateau.pipeline.rank.strategy;

import io.gateau.math.XxHash64;
import java.util.List;

/** A random order that follows from id and seed alone: 53 bits of a hash, uniform in [0, 1). */
record RandomOrder() implements Strategy {
  @Override
  public String code() {
    return "random";
  }

  @Override
  public String description() {
    return "a random order that follows from id and seed";
  }

  @Override
  public String formula() {
    return "draw = the upper 53 bits of hash(id, seed) / 2^53";
  }

  @Override
  public String reference() {
    return "a baseline of GATEAU (arXiv 2410.15633) section 4.1";
  }

  @Override
  public List<SignalInput> inputs() {
    return List.of();
  }

  @Override
  public List<String> rawTerms() {
    return List.of("draw");
  }

  @Override
  public double[] raw(SampleSignals sample, RankConfig config) {
    long hash = XxHash64.of(sample.id(), config.seed());
    return new double[] {Math.scalb((double) (hash >>> 11), -53)};
  }

  @Override
  public double score(double[] raw, double[] terms, RankConfig config) {
    return raw[0];
  }

  @Override
  public String explain(double[] raw, double[] terms, RankConfig config) {
    return "score = draw %s: a hash of the id and the seed %d"
        .formatted(Words.number(raw[0]), config.seed());
  }
}
