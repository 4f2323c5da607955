package io.gateau.pipeline.rank;

import io.gateau.math.ContextualAwareness.Importance;
import io.gateau.math.GateauScore;
import io.gateau.pipeline.rank.strategy.RankConfig;
import io.gateau.pipeline.rank.strategy.RankConfig.Difficulty;
import io.gateau.pipeline.rank.strategy.RankConfig.Normalisation;
import io.gateau.pipeline.rank.strategy.Strategies;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.Identifiable;

/**
 * The params of {@link SampleRanker} and of its model: the components of {@link RankConfig}, which
 * explains each. A value that is one of several is a kebab-case code. MLlib finds params by the
 * methods that return them.
 */
public interface RankerParams extends Params {
  /** All of them; each belongs to one estimator or model. */
  record All(
      Param<String> strategy,
      DoubleParam alpha,
      Param<String> importance,
      Param<String> difficulty,
      Param<String> normalisation,
      DoubleParam winsorise,
      IntParam mergeSegments,
      LongParam seed) {
    static All of(Identifiable parent) {
      return new All(
          new Param<>(
              parent,
              "strategy",
              "by what samples are ranked: " + String.join(", ", Strategies.codes()),
              ParamCodes.checkedBy(Strategies::of)),
          new DoubleParam(
              parent,
              "alpha",
              "weight of homologous guidance against contextual awareness, from 0 to 1",
              ParamCodes.checkedBy(value -> new GateauScore((Double) value))),
          ParamCodes.param(parent, "importance", "importance of a segment", Importance.class),
          ParamCodes.param(
              parent, "difficulty", "what homologous guidance compares", Difficulty.class),
          ParamCodes.param(
              parent, "normalisation", "how numbers share one scale", Normalisation.class),
          new DoubleParam(
              parent,
              "winsorise",
              "share of samples at each end whose difficulties are clipped, from 0 to 0.5",
              ParamCodes.checkedBy(value -> RankConfig.checkWinsorise((Double) value))),
          new IntParam(
              parent,
              "mergeSegments",
              "neighbouring segments that count as one in contextual awareness, from 1 to 1000",
              ParamCodes.checkedBy(value -> RankConfig.checkMergeSegments((Integer) value))),
          new LongParam(parent, "seed", "seed of the random strategy"));
    }

    /** Gives their owner the values of {@link RankConfig#DEFAULT}. */
    void setDefaults(Params owner) {
      RankConfig defaults = RankConfig.DEFAULT;
      owner.setDefault(strategy, defaults.strategy());
      owner.setDefault(alpha, defaults.alpha());
      owner.setDefault(importance, ParamCodes.code(defaults.importance()));
      owner.setDefault(difficulty, ParamCodes.code(defaults.difficulty()));
      owner.setDefault(normalisation, ParamCodes.code(defaults.normalisation()));
      owner.setDefault(winsorise, defaults.winsorise());
      owner.setDefault(mergeSegments, defaults.mergeSegments());
      owner.setDefault(seed, defaults.seed());
    }
  }

  /** All params of this object. */
  All ranking();

  /** Code of a strategy. */
  default Param<String> strategy() {
    return ranking().strategy();
  }

  /** Weight of homologous guidance, in [0, 1]. */
  default DoubleParam alpha() {
    return ranking().alpha();
  }

  /** Importance of a segment in CAS. */
  default Param<String> importance() {
    return ranking().importance();
  }

  /** What HMP compares. */
  default Param<String> difficulty() {
    return ranking().difficulty();
  }

  /** What N is. */
  default Param<String> normalisation() {
    return ranking().normalisation();
  }

  /** Share that is clipped at each end, in [0, 0.5). */
  default DoubleParam winsorise() {
    return ranking().winsorise();
  }

  /** Neighbouring segments that count as one in CAS, in [1, 1000]. */
  default IntParam mergeSegments() {
    return ranking().mergeSegments();
  }

  /** Seed of the random strategy. */
  default LongParam seed() {
    return ranking().seed();
  }

  /** The values of the params. */
  default RankConfig config() {
    return new RankConfig(
        getOrDefault(strategy()),
        (Double) getOrDefault(alpha()),
        ParamCodes.constant(importance(), getOrDefault(importance()), Importance.class),
        ParamCodes.constant(difficulty(), getOrDefault(difficulty()), Difficulty.class),
        ParamCodes.constant(normalisation(), getOrDefault(normalisation()), Normalisation.class),
        (Double) getOrDefault(winsorise()),
        (Integer) getOrDefault(mergeSegments()),
        (Long) getOrDefault(seed()));
  }
}
