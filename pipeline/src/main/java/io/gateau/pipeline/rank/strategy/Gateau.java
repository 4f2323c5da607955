package io.gateau.pipeline.rank.strategy;

import static io.gateau.pipeline.rank.strategy.ContextualAwarenessMeasurement.CAS;
import static io.gateau.pipeline.rank.strategy.GuidanceTerms.HMP;

import io.gateau.math.GateauScore;
import io.gateau.math.Scale;
import io.gateau.math.fit.RowPasses;
import io.gateau.math.fit.RowValue;
import io.gateau.score.ModelSignal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * GATEAU (arXiv 2410.15633) Eq. 6: the weighted sum of Homologous Models' Guidance and Contextual
 * Awareness Measurement.
 *
 * <pre>
 *   hmp   = N(short_difficulty) - N(long_difficulty)        Eq. 2
 *   cas   = cos(segment_attention, segment perplexity)      Eq. 5
 *   score = alpha * N(hmp) + (1 - alpha) * N(cas)           Eq. 6
 * </pre>
 */
record Gateau() implements Strategy {
  private static final String NORMALISED_HMP = "normalised_hmp";
  private static final String NORMALISED_CAS = "normalised_cas";
  private static final GuidanceTerms GUIDANCE = GuidanceTerms.HOMOLOGOUS;
  private static final List<String> RAW =
      Stream.concat(GUIDANCE.raw().stream(), Stream.of(CAS)).toList();
  private static final List<String> TERMS =
      Stream.concat(GUIDANCE.terms().stream(), Stream.of(NORMALISED_HMP, NORMALISED_CAS)).toList();
  private static final int CAS_AT = RAW.indexOf(CAS);
  private static final int HMP_AT = TERMS.indexOf(HMP);
  private static final int NORMALISED_HMP_AT = TERMS.indexOf(NORMALISED_HMP);
  private static final int NORMALISED_CAS_AT = TERMS.indexOf(NORMALISED_CAS);

  @Override
  public String code() {
    return "gateau";
  }

  @Override
  public String description() {
    return "hmg and cam together, weighted by alpha";
  }

  @Override
  public String formula() {
    return "alpha * normalised_hmp + (1 - alpha) * normalised_cas";
  }

  @Override
  public String reference() {
    return "GATEAU (arXiv 2410.15633) Eq. 6";
  }

  @Override
  public List<SignalInput> inputs() {
    return Stream.concat(GUIDANCE.inputs().stream(), ContextualAwarenessMeasurement.INPUTS.stream())
        .toList();
  }

  @Override
  public List<String> rawTerms() {
    return RAW;
  }

  @Override
  public double[] raw(SampleSignals sample, RankConfig config) {
    return appended(
        GUIDANCE.raw(sample, config), ContextualAwarenessMeasurement.of(sample, config));
  }

  @Override
  public List<String> terms() {
    return TERMS;
  }

  @Override
  public Scales fit(RowPasses rows, RankConfig config) {
    Map<String, Scale> byTerm = GUIDANCE.fit(rows, config);
    if (!byTerm.isEmpty()) {
      RowValue guidance = GUIDANCE.guidance(new Scales(byTerm));
      List<Scale> scales =
          new Normaliser(rows, config.normalisation()).terms(guidance, RowValue.at(CAS_AT));
      byTerm.put(NORMALISED_HMP, scales.get(0));
      byTerm.put(NORMALISED_CAS, scales.get(1));
    }
    return new Scales(byTerm);
  }

  @Override
  public double[] terms(double[] raw, Scales scales) {
    double[] guidance = GUIDANCE.terms(raw, scales);
    return appended(
        guidance,
        scales.of(NORMALISED_HMP).of(guidance[HMP_AT]),
        scales.of(NORMALISED_CAS).of(raw[CAS_AT]));
  }

  @Override
  public double score(double[] raw, double[] terms, RankConfig config) {
    return new GateauScore(config.alpha()).of(terms[NORMALISED_HMP_AT], terms[NORMALISED_CAS_AT]);
  }

  @Override
  public String explain(double[] raw, double[] terms, RankConfig config) {
    return "score %s = %s x %s + %s x %s; %s; %s"
        .formatted(
            Words.number(score(raw, terms, config)),
            Words.number(config.alpha()),
            Words.number(terms[NORMALISED_HMP_AT]),
            Words.number(1 - config.alpha()),
            Words.number(terms[NORMALISED_CAS_AT]),
            GUIDANCE.explain(raw, terms),
            ContextualAwarenessMeasurement.explained(raw[CAS_AT], config));
  }

  /**
   * N(CAS) is in [0, 1] on scales that clip, so the score is at most alpha * N(hmp) + (1 - alpha).
   */
  @Override
  public Optional<UpperBound> upperBound(RankConfig config) {
    return switch (config.normalisation()) {
      case MIN_MAX, RANK -> Optional.of(new GuidanceBound(config));
      case Z_SCORE, GATEAU_SCRIPTS -> Optional.empty();
    };
  }

  /** The score by homologous guidance alone. */
  private record GuidanceBound(RankConfig config) implements UpperBound {
    @Override
    public Strategy cheaper() {
      return new ModelsGuidance(GUIDANCE);
    }

    @Override
    public List<ModelSignal> deferred() {
      return List.of(SignalInput.LONG_SEGMENT_LOSS.signal());
    }

    @Override
    public Scales fit(RowPasses all, RowPasses pilot) {
      Map<String, Scale> byTerm = GUIDANCE.fit(all, config);
      Optional<Scale> awareness =
          new Normaliser(pilot, config.normalisation()).term(RowValue.at(CAS_AT));
      if (byTerm.isEmpty() || awareness.isEmpty()) {
        return Scales.NONE;
      }
      RowValue guidance = GUIDANCE.guidance(new Scales(byTerm));
      new Normaliser(all, config.normalisation())
          .term(guidance)
          .ifPresent(scale -> byTerm.put(NORMALISED_HMP, scale));
      byTerm.put(NORMALISED_CAS, awareness.get());
      return new Scales(byTerm);
    }

    @Override
    public double greatest(double[] cheaperRaw, Scales scales) {
      double guidance = scales.of(NORMALISED_HMP).of(GUIDANCE.guidance(scales).of(cheaperRaw));
      return new GateauScore(config.alpha()).of(guidance, 1);
    }
  }

  private static double[] appended(double[] values, double... others) {
    double[] all = Arrays.copyOf(values, values.length + others.length);
    System.arraycopy(others, 0, all, values.length, others.length);
    return all;
  }
}
