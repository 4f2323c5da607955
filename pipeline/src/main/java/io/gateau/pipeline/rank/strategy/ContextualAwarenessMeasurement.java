package io.gateau.pipeline.rank.strategy;

import static io.gateau.pipeline.rank.strategy.SignalInput.LONG_SEGMENT_ATTENTION;
import static io.gateau.pipeline.rank.strategy.SignalInput.LONG_SEGMENT_LOSS;

import io.gateau.math.ContextualAwareness;
import io.gateau.math.Perplexity;
import java.util.Arrays;
import java.util.List;

/** Contextual Awareness Measurement alone: CAS of GATEAU (arXiv 2410.15633) Eq. 5. */
record ContextualAwarenessMeasurement() implements Strategy {
  static final String CAS = "cas";
  static final List<SignalInput> INPUTS = List.of(LONG_SEGMENT_LOSS, LONG_SEGMENT_ATTENTION);

  /**
   * CAS; NaN where it is no number: docs of {@link ContextualAwareness#ofMerged}.
   *
   * @throws IllegalArgumentException if there are fewer than two segments, merged ones counted
   */
  static double of(SampleSignals sample, RankConfig config) {
    double[] perplexity =
        Arrays.stream(sample.numbers(LONG_SEGMENT_LOSS)).map(Perplexity::of).toArray();
    return ContextualAwareness.ofMerged(
        sample.numbers(LONG_SEGMENT_ATTENTION),
        perplexity,
        config.importance(),
        config.mergeSegments());
  }

  /** One sentence about CAS. */
  static String explained(double contextualAwareness, RankConfig config) {
    String formula =
        switch (config.importance()) {
          case PERPLEXITY -> "the cosine of attention and perplexity";
          case INVERSE -> "1 - the cosine of attention and 1 / perplexity";
        };
    String over =
        config.mergeSegments() == 1
            ? "the segments"
            : "groups of %d segments".formatted(config.mergeSegments());
    return "cas %s is %s over %s: high where the attention sits on segments that do not help"
        .formatted(Words.number(contextualAwareness), formula, over);
  }

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
    return INPUTS;
  }

  @Override
  public List<String> rawTerms() {
    return List.of(CAS);
  }

  @Override
  public double[] raw(SampleSignals sample, RankConfig config) {
    return new double[] {of(sample, config)};
  }

  @Override
  public double score(double[] raw, double[] terms, RankConfig config) {
    return raw[0];
  }

  @Override
  public String explain(double[] raw, double[] terms, RankConfig config) {
    return "score = " + explained(raw[0], config);
  }
}
