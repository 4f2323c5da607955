package io.gateau.score;

import io.gateau.model.checkpoint.ModelConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The requests that some signals of one sample make of one model; signals of the same pass share
 * them. They succeed or fail together: once the device lacks the memory for one of them, none of
 * the others runs. For one thread.
 */
final class SampleRequests {
  private final TokenizedSample sample;
  private final ScoringConfig config;
  private final Collection<Signal> signals;
  private final OutOfMemoryFlag outOfMemory = new OutOfMemoryFlag();
  private final Map<Pass, List<Request>> passes = new EnumMap<>(Pass.class);

  /** The requests of these signals; none is complete. */
  SampleRequests(
      TokenizedSample sample, ScoringConfig config, ModelConfig model, Collection<Signal> signals) {
    this.sample = sample;
    this.config = config;
    this.signals = signals;
    for (Signal signal : signals) {
      for (Request request : passes.computeIfAbsent(read(signal), this::requests)) {
        request.collect(signal.attentionHeads(config, model));
        request.measure(signal.measures());
      }
    }
  }

  private Pass read(Signal signal) {
    return signal.pass().read(sample.lengths(), config);
  }

  private List<Request> requests(Pass pass) {
    return pass.sequences(sample, config)
        .map(sequence -> new Request(outOfMemory, sequence.tokens(), sequence.scoredTokens()))
        .toList();
  }

  /** All requests, pass by pass. */
  List<Request> requests() {
    List<Request> all = new ArrayList<>();
    passes.values().forEach(all::addAll);
    return all;
  }

  /** Whether the device does not hold one of the sequences, even alone. */
  boolean isOutOfMemory() {
    return outOfMemory.isRaised();
  }

  /**
   * The value of every signal.
   *
   * @throws IllegalStateException if a request is not complete
   */
  Map<Signal, List<Object>> values() {
    Map<Pass, List<SequenceOutput>> outputs = new EnumMap<>(Pass.class);
    passes.forEach(
        (pass, requests) -> outputs.put(pass, requests.stream().map(Request::output).toList()));
    Map<Signal, List<Object>> values = new LinkedHashMap<>();
    for (Signal signal : signals) {
      values.put(signal, signal.value(sample, config, outputs.get(read(signal))));
    }
    return values;
  }
}
