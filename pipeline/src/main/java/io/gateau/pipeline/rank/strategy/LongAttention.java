package io.gateau.pipeline.rank.strategy;

import io.gateau.math.Scale;
import io.gateau.math.fit.RowPasses;
import io.gateau.math.fit.RowValue;
import io.gateau.math.fit.ScaleFit;
import io.gateau.score.ModelSignal;
import io.gateau.score.baseline.FirstLayerAttention;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * LongAttn (arXiv 2502.16860) section 3: how much, and how evenly, the first layer of the long
 * model attends over long distances, whatever is asked.
 *
 * <pre>
 *   z_strength   = Z(DS)                   Z: standard score over the data set
 *   z_uniformity = Z(DU)
 *   score        = z_strength + 0.5 * z_uniformity
 * </pre>
 *
 * The published code brings both to [0, 1] in place of Z. The lengths of samples differ here: DU
 * rises with the length, because a longer sample spreads its attention over more pairs.
 */
record LongAttention() implements Strategy {
  private static final SignalInput STRENGTH =
      new SignalInput(ModelSignal.ofLong(new FirstLayerAttention()), FirstLayerAttention.STRENGTH);
  private static final SignalInput UNIFORMITY =
      new SignalInput(
          ModelSignal.ofLong(new FirstLayerAttention()), FirstLayerAttention.UNIFORMITY);
  private static final List<String> TERMS = List.of("z_strength", "z_uniformity");
  private static final double UNIFORMITY_WEIGHT = 0.5;

  @Override
  public String code() {
    return "longattn";
  }

  @Override
  public String description() {
    return "the first layer attends much and evenly over long distances, whatever is asked";
  }

  @Override
  public String formula() {
    return "z_strength + 0.5 * z_uniformity";
  }

  @Override
  public String reference() {
    return "LongAttn (arXiv 2502.16860) section 3";
  }

  @Override
  public List<SignalInput> inputs() {
    return List.of(STRENGTH, UNIFORMITY);
  }

  @Override
  public List<String> rawTerms() {
    return List.of(FirstLayerAttention.STRENGTH, FirstLayerAttention.UNIFORMITY);
  }

  @Override
  public double[] raw(SampleSignals sample, RankConfig config) {
    return new double[] {sample.number(STRENGTH), sample.number(UNIFORMITY)};
  }

  @Override
  public List<String> terms() {
    return TERMS;
  }

  @Override
  public Scales fit(RowPasses rows, RankConfig config) {
    List<RowValue> values = List.of(RowValue.at(0), RowValue.at(1));
    List<? extends Scale> fitted = ScaleFit.zScores(rows, values, ScaleFit.minMax(rows, values));
    Map<String, Scale> byTerm = new LinkedHashMap<>();
    for (int i = 0; i < fitted.size(); i++) {
      byTerm.put(TERMS.get(i), fitted.get(i));
    }
    return new Scales(byTerm);
  }

  @Override
  public double[] terms(double[] raw, Scales scales) {
    return new double[] {scales.of(TERMS.get(0)).of(raw[0]), scales.of(TERMS.get(1)).of(raw[1])};
  }

  @Override
  public double score(double[] raw, double[] terms, RankConfig config) {
    return terms[0] + UNIFORMITY_WEIGHT * terms[1];
  }

  @Override
  public String explain(double[] raw, double[] terms, RankConfig config) {
    return "score %s = %s + %s x %s: the standard scores of how much attention goes over a quarter of the sample or more, %s per token, and of how evenly, %s"
        .formatted(
            Words.number(score(raw, terms, config)),
            Words.number(terms[0]),
            Words.number(UNIFORMITY_WEIGHT),
            Words.number(terms[1]),
            Words.number(raw[0]),
            Words.number(raw[1]));
  }
}
