package io.gateau.pipeline.rank.strategy;

import static io.gateau.pipeline.rank.strategy.SignalInput.LONG_LOSS;
import static io.gateau.pipeline.rank.strategy.SignalInput.SHORT_LOSS;
import static io.gateau.pipeline.rank.strategy.SignalInput.UNRELATED_LOSS;

import io.gateau.math.HomologousGuidance;
import io.gateau.math.Perplexity;
import io.gateau.math.Scale;
import io.gateau.math.fit.RowPasses;
import io.gateau.math.fit.RowValue;
import io.gateau.pipeline.rank.strategy.RankConfig.Difficulty;
import java.io.Serializable;
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
 *
 * With an unrelated model in the place of the short one, the terms are {@code normalised_unrelated}
 * and so on, and their difference is {@code guidance}.
 *
 * @param inputs what is read, in the order of the models' roles: the lengths of a sample are those
 *     of the first
 * @param other the loss that the long model's is compared with
 * @param code of the other model's role, in names of terms
 * @param difference name of the last term
 * @param model the other model, in a sentence
 */
record GuidanceTerms(
    List<SignalInput> inputs, SignalInput other, String code, String difference, String model)
    implements Serializable {
  static final String HMP = "hmp";

  /** The short model and its long sibling. */
  static final GuidanceTerms HOMOLOGOUS =
      new GuidanceTerms(
          List.of(SHORT_LOSS, LONG_LOSS), SHORT_LOSS, "short", HMP, "the short model");

  /** An unrelated model and the long one. */
  static final GuidanceTerms NON_HOMOLOGOUS =
      new GuidanceTerms(
          List.of(LONG_LOSS, UNRELATED_LOSS),
          UNRELATED_LOSS,
          "unrelated",
          "guidance",
          "the unrelated model");

  static final String LONG_PPL = "long_ppl";

  private static final String NORMALISED_LONG = "normalised_long";

  private static final int OTHER = 2;
  private static final int LONG = 3;

  /** Names of what {@link #raw(SampleSignals, RankConfig)} gives. */
  List<String> raw() {
    return List.of(code + "_ppl", LONG_PPL, code + "_difficulty", "long_difficulty");
  }

  /** Names of what {@link #terms(double[], Scales)} gives. */
  List<String> terms() {
    return List.of(normalisedOther(), NORMALISED_LONG, difference);
  }

  private String normalisedOther() {
    return "normalised_" + code;
  }

  /** In the order of {@link #raw()}. */
  double[] raw(SampleSignals sample, RankConfig config) {
    double otherLoss = sample.number(other);
    double longLoss = sample.number(LONG_LOSS);
    double otherPerplexity = Perplexity.of(otherLoss);
    double longPerplexity = Perplexity.of(longLoss);
    boolean asLoss = config.difficulty() == Difficulty.NLL;
    return new double[] {
      otherPerplexity,
      longPerplexity,
      asLoss ? otherLoss : otherPerplexity,
      asLoss ? longLoss : longPerplexity
    };
  }

  /** Scales of the two normalised terms; none if there are no rows. */
  Map<String, Scale> fit(RowPasses rows, RankConfig config) {
    List<Scale> scales =
        new Normaliser(rows, config.normalisation())
            .difficulties(List.of(RowValue.at(OTHER), RowValue.at(LONG)), config.winsorise());
    Map<String, Scale> byTerm = new LinkedHashMap<>();
    if (!scales.isEmpty()) {
      byTerm.put(normalisedOther(), scales.get(0));
      byTerm.put(NORMALISED_LONG, scales.get(1));
    }
    return byTerm;
  }

  /** The difference of a row, from scales that were fitted. */
  RowValue guidance(Scales scales) {
    HomologousGuidance guidance =
        new HomologousGuidance(scales.of(normalisedOther()), scales.of(NORMALISED_LONG));
    return raw -> guidance.of(raw[OTHER], raw[LONG]);
  }

  /** In the order of {@link #terms()}. */
  double[] terms(double[] raw, Scales scales) {
    return new double[] {
      scales.of(normalisedOther()).of(raw[OTHER]),
      scales.of(NORMALISED_LONG).of(raw[LONG]),
      guidance(scales).of(raw)
    };
  }

  /** The difference among the terms of a sample. */
  double difference(double[] terms) {
    return terms[2];
  }

  /** One sentence about the difference. */
  String explain(double[] raw, double[] terms) {
    return "%s %s = %s - %s: the response has perplexity %s under %s and %s under the long one"
        .formatted(
            difference,
            Words.number(difference(terms)),
            Words.number(terms[0]),
            Words.number(terms[1]),
            Words.number(raw[0]),
            model,
            Words.number(raw[1]));
  }
}
