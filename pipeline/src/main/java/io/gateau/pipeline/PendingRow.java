package io.gateau.pipeline;

import io.gateau.model.Work;
import io.gateau.pipeline.plan.PlannedSample;
import io.gateau.pipeline.read.record.ParsedRecord;
import io.gateau.pipeline.signals.PendingSamples;
import io.gateau.pipeline.signals.StoredSignal;
import io.gateau.score.ModelRole;
import io.gateau.score.ModelSignal;
import io.gateau.score.SampleStatus;
import io.gateau.score.ScoringConfig;
import io.gateau.score.Signal;
import io.gateau.score.SignalColumn;
import io.gateau.score.TokenizedSample;
import io.gateau.udf.SampleTokenizers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One sample in a task: its tokens, and the signals that it misses. */
final class PendingRow {
  private final PlannedSample planned;
  private final ScoringConfig config;

  /** For every model; none if the sample is given up before it is tokenized. */
  private final Map<ModelRole, TokenizedSample> samples;

  /** Every missing signal, and its status by now. */
  private final Map<ModelSignal, SampleStatus> statuses = new LinkedHashMap<>();

  private final Map<ModelSignal, List<Object>> values = new LinkedHashMap<>();
  private Optional<String> error = Optional.empty();

  private PendingRow(
      PlannedSample planned, ScoringConfig config, Map<ModelRole, TokenizedSample> samples) {
    this.planned = planned;
    this.config = config;
    this.samples = samples;
  }

  /**
   * Tokenizes the texts.
   *
   * @param signals what is computed, in the order of the bits of {@link PendingSamples#STORED}
   * @param tokenizers of the models of the signals
   */
  static PendingRow tokenized(
      PlannedSample planned,
      ParsedRecord texts,
      List<ModelSignal> signals,
      ScoringConfig config,
      SampleTokenizers tokenizers) {
    Map<ModelRole, TokenizedSample> samples =
        tokenizers.tokenize(
            config,
            texts.context().orElseThrow(),
            texts.instruction().orElseThrow(),
            texts.response().orElseThrow());
    PendingRow pending = new PendingRow(planned, config, samples);
    for (ModelSignal signal : PendingSamples.missing(planned.stored(), signals)) {
      TokenizedSample sample = samples.get(signal.role());
      SampleStatus status = tokenizers.before(signal.role(), sample, config);
      pending.statuses.put(
          signal, status == SampleStatus.OK ? signal.signal().before(sample, config) : status);
    }
    return pending;
  }

  /** A row that is not scored, with this status for all its missing signals. */
  static PendingRow givenUp(
      PlannedSample planned, List<ModelSignal> signals, ScoringConfig config, SampleStatus status) {
    PendingRow pending = new PendingRow(planned, config, Map.of());
    PendingSamples.missing(planned.stored(), signals)
        .forEach(signal -> pending.statuses.put(signal, status));
    return pending;
  }

  /**
   * The tokens that a model scores, truncated to the token limit; no context if the sample is too
   * long. Null if the sample was given up.
   */
  TokenizedSample sample(ModelRole role) {
    return samples.get(role);
  }

  /** Whether there are tokens to score. */
  boolean isTokenized() {
    return !samples.isEmpty();
  }

  /** What it was planned to cost. */
  Work work() {
    return planned.work();
  }

  /** The signals that a model must compute. */
  Collection<Signal> missing(ModelRole role) {
    List<Signal> missing = new ArrayList<>();
    statuses.forEach(
        (signal, status) -> {
          if (signal.role() == role && status == SampleStatus.OK) {
            missing.add(signal.signal());
          }
        });
    return missing;
  }

  /** Tokens that a model reads for its missing signals; those of the sequence if it reads none. */
  long tokensToScore(ModelRole role) {
    long tokens =
        missing(role).stream()
            .map(Signal::pass)
            .distinct()
            .mapToLong(pass -> pass.tokens(sample(role), config))
            .sum();
    return Math.max(tokens, sample(role).tokens());
  }

  /** Takes what a model has computed; empty means that its device ran out of memory. */
  void take(ModelRole role, Optional<Map<Signal, List<Object>>> computed) {
    for (Signal signal : missing(role)) {
      ModelSignal key = new ModelSignal(role, signal);
      computed.ifPresentOrElse(
          found -> take(key, found.get(signal)),
          () -> statuses.put(key, SampleStatus.OUT_OF_MEMORY));
    }
  }

  private void take(ModelSignal signal, List<Object> value) {
    values.put(signal, value);
    List<SignalColumn> columns = signal.signal().columns();
    for (int i = 0; i < columns.size(); i++) {
      if (!columns.get(i).isFinite(value.get(i))) {
        statuses.put(signal, SampleStatus.NON_FINITE);
      }
    }
  }

  /** Takes an error of the tokenizer or the engine; signals that have a value keep it. */
  void fail(Throwable thrown) {
    error = Optional.of(Errors.message(thrown));
    statuses.replaceAll(
        (signal, status) ->
            status == SampleStatus.OK && !values.containsKey(signal)
                ? SampleStatus.FAILED
                : status);
  }

  /** Whether an attempt to score it came to nothing. */
  boolean isFailedAttempt() {
    return statuses.values().stream().anyMatch(SampleStatus::isFailedAttempt);
  }

  /** Why signals have no value, each reason once. */
  Set<SampleStatus> faults() {
    Set<SampleStatus> faults = EnumSet.noneOf(SampleStatus.class);
    faults.addAll(statuses.values());
    faults.remove(SampleStatus.OK);
    return faults;
  }

  /** Whether an error was thrown for it. */
  boolean isError() {
    return error.isPresent();
  }

  /** The rows to store: one for each missing signal. */
  List<StoredSignal> rows() {
    List<StoredSignal> rows = new ArrayList<>();
    statuses.forEach(
        (signal, status) ->
            rows.add(
                new StoredSignal(
                    planned.contentKey(),
                    signal,
                    status,
                    lengths(signal.role()),
                    Optional.ofNullable(values.get(signal)),
                    error.filter(message -> status == SampleStatus.FAILED))));
    return rows;
  }

  private StoredSignal.Lengths lengths(ModelRole role) {
    return Optional.ofNullable(samples.get(role))
        .map(
            tokens ->
                new StoredSignal.Lengths(
                    tokens.context().length,
                    tokens.response().length,
                    tokens.tokens(),
                    tokens.truncated()))
        .orElse(StoredSignal.Lengths.UNKNOWN);
  }
}
