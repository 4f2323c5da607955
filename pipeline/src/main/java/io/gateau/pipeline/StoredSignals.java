package io.gateau.pipeline;

import io.gateau.pipeline.rank.strategy.SignalInput;
import io.gateau.pipeline.rank.strategy.Strategies;
import io.gateau.pipeline.rank.strategy.Strategy;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.signals.SignalConfig;
import io.gateau.pipeline.signals.SignalStore;
import io.gateau.pipeline.signals.WantedSignals;
import io.gateau.score.ModelRole;
import io.gateau.score.ModelSignal;
import io.gateau.score.ResponseLoss;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/** The stored signals that a strategy works on. */
public final class StoredSignals {
  private StoredSignals() {}

  /**
   * The signals that must be joined for a strategy. One that needs none still needs the lengths of
   * the samples, which every stored signal has.
   *
   * @throws InputException if one is not stored; its message names the command that computes it
   */
  static WantedSignals needed(String strategy, SignalConfig stored, OutputFolder folder) {
    List<ModelSignal> needed = Strategies.of(strategy).signals();
    List<ModelSignal> missing =
        needed.stream().filter(signal -> stored.key(signal).isEmpty()).toList();
    if (!missing.isEmpty()) {
      throw new InputException(
          "strategy %s needs %s, not stored for all samples of %s; compute what is missing with `gateau score --for %s --output %s` and the input and %s of before (manifest.json names them)"
              .formatted(
                  strategy,
                  missing.stream().map(ModelSignal::name).collect(Collectors.joining(" and ")),
                  folder,
                  strategy,
                  folder,
                  models(missing)));
    }
    return new WantedSignals(
        needed.isEmpty() ? lengths(stored, folder) : needed,
        Set.copyOf(Strategies.of(strategy).tokenColumns()));
  }

  /**
   * The mean hidden states of samples.
   *
   * @param required whether they are read
   * @throws InputException if they are required and not stored
   */
  static WantedSignals states(SignalConfig stored, OutputFolder folder, boolean required) {
    ModelSignal state = SignalInput.LONG_STATE.signal();
    if (required && stored.key(state).isEmpty()) {
      throw new InputException(
          "diversity needs %s, not stored in %s; compute it with `gateau score --for car --output %s` and the input and %s of before (manifest.json names them)"
              .formatted(state.name(), folder, folder, models(List.of(state))));
    }
    return new WantedSignals(List.of(state), Set.of(SignalInput.LONG_STATE.column()));
  }

  /**
   * The strategies that select and whose signals are all stored.
   *
   * @param rankable some sample has a value of each signal
   * @param withoutSamples codes of those of which none has, since all are too short for it
   */
  public record StoredStrategies(List<Strategy> rankable, List<String> withoutSamples) {
    /** Copies both. */
    public StoredStrategies {
      rankable = List.copyOf(rankable);
      withoutSamples = List.copyOf(withoutSamples);
    }

    /** What to say about those that are left out; empty if there are none. */
    public Optional<String> leftOut() {
      return withoutSamples.isEmpty()
          ? Optional.empty()
          : Optional.of(
              "Left out, because no sample has its signals: %s."
                  .formatted(String.join(", ", withoutSamples)));
    }
  }

  /** The strategies that can rank the samples of a folder. */
  public static StoredStrategies strategies(SparkSession spark, OutputFolder folder) {
    SignalConfig stored = RunManifest.of(folder).signalConfig();
    List<Strategy> all =
        Strategies.ALL.stream()
            .filter(Strategy::usesBudget)
            .filter(
                strategy ->
                    strategy.signals().stream().allMatch(signal -> stored.key(signal).isPresent()))
            .toList();
    Set<ModelSignal> withValues =
        new SignalStore(spark, folder.signals(), stored)
            .withValues(all.stream().flatMap(one -> one.signals().stream()).distinct().toList());
    return new StoredStrategies(
        all.stream().filter(one -> withValues.containsAll(one.signals())).toList(),
        all.stream()
            .filter(one -> !withValues.containsAll(one.signals()))
            .map(Strategy::code)
            .toList());
  }

  /**
   * The signals that must be joined for some strategies.
   *
   * @throws InputException if one is not stored
   */
  public static WantedSignals needed(
      List<String> strategies, SignalConfig stored, OutputFolder folder) {
    Set<ModelSignal> signals = new LinkedHashSet<>();
    Set<String> tokenColumns = new LinkedHashSet<>();
    for (String strategy : strategies) {
      WantedSignals needed = needed(strategy, stored, folder);
      signals.addAll(needed.signals());
      tokenColumns.addAll(needed.tokenColumns());
    }
    return new WantedSignals(List.copyOf(signals), tokenColumns);
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
