package io.gateau.pipeline.rank.strategy;

import static io.gateau.pipeline.rank.strategy.SignalInput.LONG_LOSS;
import static io.gateau.pipeline.rank.strategy.SignalInput.SHORT_LOSS;

import io.gateau.math.HomologousGuidance;
import io.gateau.math.Perplexity;
import io.gateau.math.Scale;
import io.gateau.math.fit.RowPasses;
import io.gateau.math.fit.RowValue;
import io.gateau.pipeline.rank.strategy.RankConfig.Difficulty;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The terms of Homologous Models' Guidance: GATEAU (arXiv 2410.15633) Eq. 2. They stand first among
 * the terms of a strategy that uses them.
 *
 * <pre>
 *   normalised_short = N(short_difficulty)
 *   normalised_long  = N(long_difficulty)
 *   hmp              = normalised_short - normalised_long
 * </pre>
 */
final class GuidanceTerms {
  static final String SHORT_PPL = "short_ppl";
  static final String LONG_PPL = "long_ppl";
  static final String SHORT_DIFFICULTY = "short_difficulty";
  static final String LONG_DIFFICULTY = "long_difficulty";
  static final String NORMALISED_SHORT = "normalised_short";
  static final String NORMALISED_LONG = "normalised_long";
  static final String HMP = "hmp";

  static final List<SignalInput> INPUTS = List.of(SHORT_LOSS, LONG_LOSS);
  static final List<String> RAW = List.of(SHORT_PPL, LONG_PPL, SHORT_DIFFICULTY, LONG_DIFFICULTY);
  static final List<String> TERMS = List.of(NORMALISED_SHORT, NORMALISED_LONG, HMP);

  private static final int SHORT = RAW.indexOf(SHORT_DIFFICULTY);
  private static final int LONG = RAW.indexOf(LONG_DIFFICULTY);

  private GuidanceTerms() {}

  /** In the order of {@link #RAW}. */
  static double[] raw(SampleSignals sample, RankConfig config) {
    double shortLoss = sample.number(SHORT_LOSS);
    double longLoss = sample.number(LONG_LOSS);
    double shortPerplexity = Perplexity.of(shortLoss);
    double longPerplexity = Perplexity.of(longLoss);
    boolean asLoss = config.difficulty() == Difficulty.NLL;
    return new double[] {
      shortPerplexity,
      longPerplexity,
      asLoss ? shortLoss : shortPerplexity,
      asLoss ? longLoss : longPerplexity
    };
  }

  /** Scales of the two normalised terms; none if there are no rows. */
  static Map<String, Scale> fit(RowPasses rows, RankConfig config) {
    List<Scale> scales =
        new Normaliser(rows, config.normalisation())
            .difficulties(List.of(RowValue.at(SHORT), RowValue.at(LONG)), config.winsorise());
    Map<String, Scale> byTerm = new LinkedHashMap<>();
    if (!scales.isEmpty()) {
      byTerm.put(NORMALISED_SHORT, scales.get(0));
      byTerm.put(NORMALISED_LONG, scales.get(1));
    }
    return byTerm;
  }

  /** HMP of a row, from scales that were fitted. */
  static RowValue guidance(Scales scales) {
    HomologousGuidance guidance =
        new HomologousGuidance(scales.of(NORMALISED_SHORT), scales.of(NORMALISED_LONG));
    return raw -> guidance.of(raw[SHORT], raw[LONG]);
  }

  /** In the order of {@link #TERMS}. */
  static double[] terms(double[] raw, Scales scales) {
    return new double[] {
      scales.of(NORMALISED_SHORT).of(raw[SHORT]),
      scales.of(NORMALISED_LONG).of(raw[LONG]),
      guidance(scales).of(raw)
    };
  }

  /** One sentence about HMP. */
  static String explain(double[] raw, double[] terms) {
    return "hmp %s = %s - %s: the response has perplexity %s under the short model and %s under the long one"
        .formatted(
            Words.number(terms[TERMS.indexOf(HMP)]),
            Words.number(terms[TERMS.indexOf(NORMALISED_SHORT)]),
            Words.number(terms[TERMS.indexOf(NORMALISED_LONG)]),
            Words.number(raw[RAW.indexOf(SHORT_PPL)]),
            Words.number(raw[RAW.indexOf(LONG_PPL)]));
  }
}
