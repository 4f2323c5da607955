package io.gateau.pipeline.evaluate;

import io.gateau.math.ContextualAwareness.Importance;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.rank.SelectConfig.Difficulty;
import io.gateau.pipeline.rank.SelectConfig.Normalisation;
import io.gateau.pipeline.rank.Strategy;
import java.util.ArrayList;
import java.util.List;

/** Every form of the score worth comparing, for {@link EvaluateSelection}. */
public final class Study {
  /** Weights of homologous guidance. */
  public static final List<Double> ALPHAS = List.of(0.0, 0.2, 0.4, 0.6, 0.8, 1.0);

  /** Winsorised at one per cent, beside not at all. */
  private static final double CLIP = 0.01;

  private Study() {}

  /**
   * One form of the score but for alpha.
   *
   * @param difficulty what homologous guidance compares
   * @param normalisation how numbers are brought to one scale
   * @param winsorise share of rows that is clipped at each end
   * @param importance what stands for a segment's importance
   */
  public record Form(
      Difficulty difficulty, Normalisation normalisation, double winsorise, Importance importance) {
    /** The way to rank with that weight. */
    public SelectConfig with(double alpha) {
      SelectConfig usual = SelectConfig.DEFAULT;
      return new SelectConfig(
          Strategy.GATEAU,
          alpha,
          importance,
          difficulty,
          normalisation,
          winsorise,
          usual.amount(),
          usual.scope(),
          usual.seed());
    }
  }

  /** Each difficulty with each normalisation, winsorised min-max too, and each importance. */
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
