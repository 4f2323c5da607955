package io.gateau.pipeline.rank.strategy;

import static io.gateau.pipeline.rank.strategy.SignalInput.LONG_SEGMENT_ATTENTION;
import static io.gateau.pipeline.rank.strategy.SignalInput.LONG_SEGMENT_LOSS;

import io.gateau.math.ContextualAwareness;
import io.gateau.math.Perplexity;
import java.util.Arrays;
import java.util.List;

/** The term of Contextual Awareness Measurement: GATEAU (arXiv 2410.15633) Eq. 5. */
final class AwarenessTerm {
  static final String CAS = "cas";
  static final List<SignalInput> INPUTS = List.of(LONG_SEGMENT_LOSS, LONG_SEGMENT_ATTENTION);

  private AwarenessTerm() {}

  /** CAS; NaN where it is no number: docs of {@link ContextualAwareness#of}. */
  static double of(SampleSignals sample, RankConfig config) {
    double[] perplexity =
        Arrays.stream(sample.numbers(LONG_SEGMENT_LOSS)).map(Perplexity::of).toArray();
    return ContextualAwareness.of(
        sample.numbers(LONG_SEGMENT_ATTENTION), perplexity, config.importance());
  }

  /** One sentence about CAS. */
  static String explain(double contextualAwareness, RankConfig config) {
    String formula =
        switch (config.importance()) {
          case PERPLEXITY -> "the cosine of attention and perplexity over the segments";
          case INVERSE -> "1 - the cosine of attention and 1 / perplexity over the segments";
        };
    return "cas %s is %s: high where the attention sits on segments that do not help"
        .formatted(Words.number(contextualAwareness), formula);
  }
}
