package io.gateau.pipeline.compare;

import com.fasterxml.jackson.databind.JsonNode;
import io.gateau.pipeline.estimate.ModelPass;
import io.gateau.pipeline.signals.SignalConfig;
import io.gateau.score.ModelSignal;
import io.gateau.score.Pass;
import io.gateau.score.SampleLengths;
import io.gateau.score.ScoringConfig;
import java.io.Serializable;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * How many tokens models read for the signals of a strategy.
 *
 * @param signals with how each of them cuts a sample
 */
record PassTokens(Map<ModelSignal, ScoringConfig> signals) implements Serializable {
  PassTokens {
    signals = Collections.unmodifiableMap(new LinkedHashMap<>(signals));
  }

  /** Of signals that are stored, whose keys say how samples are cut. */
  static PassTokens of(List<ModelSignal> signals, SignalConfig stored) {
    Map<ModelSignal, ScoringConfig> cut = new LinkedHashMap<>();
    for (ModelSignal signal : signals) {
      cut.put(signal, cut(stored.key(signal).orElseThrow().json()));
    }
    return new PassTokens(cut);
  }

  private static ScoringConfig cut(JsonNode key) {
    ScoringConfig defaults = ScoringConfig.DEFAULT;
    return new ScoringConfig(
            defaults.template(),
            key.path("max-tokens").asInt(defaults.maxTokens()),
            key.path("segment-tokens").asInt(defaults.segmentTokens()),
            key.path("segment-overlap").asInt(defaults.segmentOverlap()),
            defaults.focus(),
            defaults.batchTokens())
        .withRecentTokens(key.path("recent-tokens").asInt(defaults.recentTokens()));
  }

  /** The passes in words, such as {@code long whole}. */
  List<String> names() {
    return signals.keySet().stream()
        .map(
            signal ->
                "%s %s"
                    .formatted(
                        signal.role().code(),
                        signal.signal().pass().name().toLowerCase(Locale.ROOT)))
        .distinct()
        .toList();
  }

  /** Tokens that models read of a sample; passes that signals share count once. */
  long of(SampleLengths sample) {
    Set<ModelPass> passes = new HashSet<>();
    long tokens = 0;
    for (Map.Entry<ModelSignal, ScoringConfig> signal : signals.entrySet()) {
      ScoringConfig cut = signal.getValue();
      Pass pass = signal.getKey().signal().pass().read(sample, cut);
      if (passes.add(new ModelPass(signal.getKey().role(), pass))) {
        tokens += pass.lengths(sample, cut).asLongStream().sum();
      }
    }
    return tokens;
  }
}
