package io.gateau.pipeline.evaluate;

import io.gateau.math.ContextualAwareness.Importance;
import io.gateau.pipeline.rank.strategy.RankConfig;
import io.gateau.pipeline.rank.strategy.RankConfig.Difficulty;
import io.gateau.pipeline.rank.strategy.RankConfig.Normalisation;
import java.util.ArrayList;
import java.util.List;

/** Every form of the score that an evaluation compares: docs/planted.md, "Which form wins". */
public final class Study {
  /** Weights of homologous guidance that are compared, from 0 to 1. */
  public static final List<Double> ALPHAS = List.of(0.0, 0.2, 0.4, 0.6, 0.8, 1.0);

  /** The share that is winsorised at each end where winsorising is compared. */
  private static final double CLIP = 0.01;

  private Study() {}

  /**
   * One form of the score but for alpha.
   *
   * @param difficulty what homologous guidance compares
   * @param normalisation how numbers are brought to one scale
   * @param winsorise share of rows that is clipped at each end
   * @param importance of a segment in CAS
   */
  public record Form(
      Difficulty difficulty, Normalisation normalisation, double winsorise, Importance importance) {
    /** The config of this form with that weight, in [0, 1]; all else is the default. */
    public RankConfig with(double alpha) {
      RankConfig defaults = RankConfig.DEFAULT;
      return new RankConfig(
          defaults.strategy(),
          alpha,
          importance,
          difficulty,
          normalisation,
          winsorise,
          defaults.mergeSegments(),
          defaults.seed());
    }
  }

  /** Each difficulty with each normalisation and importance; min-max also winsorised. */
  public static List<Form> forms() {
    List<Form> forms = new ArrayList<>();
    for (Difficulty difficulty : Difficulty.values()) {
      for (Importance importance : Importance.values()) {
        for (Normalisation normalisation : Normalisation.values()) {
          forms.add(new Form(difficulty, normalisation, 0, importance));
          if (normalisation == Normalisation.MIN_MAX) {
            forms.add(new Form(difficulty, normalisation, CLIP, importance));
          }
        }
      }
    }
    return forms;
  }
}
