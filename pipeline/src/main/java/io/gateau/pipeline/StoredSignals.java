package io.gateau.pipeline;

import io.gateau.pipeline.rank.strategy.Strategies;
import io.gateau.pipeline.rank.strategy.Strategy;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.signals.SignalConfig;
import io.gateau.score.ModelRole;
import io.gateau.score.ModelSignal;
import io.gateau.score.ResponseLoss;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The stored signals that a strategy works on. */
public final class StoredSignals {
  private StoredSignals() {}

  /**
   * The signals that must be joined for a strategy. One that needs none still needs the lengths of
   * the samples, which every stored signal has.
   *
   * @throws InputException if one is not stored; its message names the command that computes it
   */
  static List<ModelSignal> needed(String strategy, SignalConfig stored, OutputFolder folder) {
    List<ModelSignal> needed = Strategies.of(strategy).signals();
    List<ModelSignal> missing =
        needed.stream().filter(signal -> stored.key(signal).isEmpty()).toList();
    if (!missing.isEmpty()) {
      throw new InputException(
          "strategy %s needs %s, not stored in %s; compute what is missing with `gateau score --for %s --output %s` and the input and %s of before (manifest.json names them)"
              .formatted(
                  strategy,
                  missing.stream().map(ModelSignal::name).collect(Collectors.joining(" and ")),
                  folder,
                  strategy,
                  folder,
                  models(missing)));
    }
    return needed.isEmpty() ? lengths(stored, folder) : needed;
  }

  /** The strategies that select and whose signals are all stored. */
  public static List<Strategy> strategies(SignalConfig stored) {
    return Strategies.ALL.stream()
        .filter(Strategy::usesBudget)
        .filter(
            strategy ->
                strategy.signals().stream().allMatch(signal -> stored.key(signal).isPresent()))
        .toList();
  }

  /**
   * The signals that must be joined for some strategies.
   *
   * @throws InputException if one is not stored
   */
  public static List<ModelSignal> needed(
      List<String> strategies, SignalConfig stored, OutputFolder folder) {
    return strategies.stream()
        .flatMap(strategy -> needed(strategy, stored, folder).stream())
        .distinct()
        .toList();
  }

  private static String models(List<ModelSignal> missing) {
    return missing.stream()
        .map(signal -> "--%s-model".formatted(signal.role().code()))
        .distinct()
        .collect(Collectors.joining(" and "));
  }

  /** Any signal, since all have the lengths; the loss, which every sample has, if it is there. */
  private static List<ModelSignal> lengths(SignalConfig stored, OutputFolder folder) {
    return Stream.concat(
            Stream.of(ModelRole.LONG, ModelRole.SHORT)
                .map(role -> new ModelSignal(role, new ResponseLoss())),
            Strategies.ALL.stream().flatMap(strategy -> strategy.signals().stream()))
        .filter(signal -> stored.key(signal).isPresent())
        .findFirst()
        .map(List::of)
        .orElseThrow(
            () ->
                new InputException(
                    "%s has no signals; run gateau score on its input".formatted(folder)));
  }
}
