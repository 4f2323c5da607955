package io.gateau.pipeline.rank.strategy;

import io.gateau.score.ModelRole;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** All strategies, in the order of the help. */
public final class Strategies {
  /** The only list of them. */
  public static final List<Strategy> ALL =
      List.of(
          new Gateau(),
          new ModelsGuidance(GuidanceTerms.HOMOLOGOUS),
          new ContextualAwarenessMeasurement(),
          new PerplexityGuidance(),
          new ModelsGuidance(GuidanceTerms.NON_HOMOLOGOUS),
          new Gain(),
          new Evidence(),
          new InstructionFollowingDifficulty(ModelRole.LONG),
          new InstructionFollowingDifficulty(ModelRole.SHORT),
          new LongFilter(),
          new LongPerplexity(),
          new ProLong(),
          new ClusterAndRank(),
          new LongAttention(),
          new AttentionDependency(),
          new RandomOrder(),
          new AllSamples());

  private static final Map<String, Strategy> BY_CODE =
      ALL.stream().collect(Collectors.toMap(Strategy::code, Function.identity()));

  private Strategies() {}

  /**
   * The strategy of a code.
   *
   * @throws IllegalArgumentException if there is none, naming those that there are
   */
  public static Strategy of(String code) {
    Strategy strategy = BY_CODE.get(code);
    if (strategy == null) {
      throw new IllegalArgumentException(
          "strategy %s is not known; use %s".formatted(code, String.join(", ", codes())));
    }
    return strategy;
  }

  /** The codes of all strategies. */
  public static List<String> codes() {
    return ALL.stream().map(Strategy::code).toList();
  }

  /** Code and description of every strategy, for the help. */
  public static String descriptions() {
    return ALL.stream()
        .map(strategy -> "%s: %s".formatted(strategy.code(), strategy.description()))
        .collect(Collectors.joining("; "));
  }
}
