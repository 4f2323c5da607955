package io.gateau.pipeline;

import io.gateau.model.LoadedModel;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.signals.PendingSamples;
import io.gateau.pipeline.signals.StoredSignal;
import io.gateau.score.ModelRole;
import io.gateau.score.ModelSignal;
import io.gateau.score.SampleStatus;
import io.gateau.score.ScoringConfig;
import io.gateau.score.Signal;
import io.gateau.score.SignalColumn;
import io.gateau.score.TokenizedSample;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;

/** One row of {@link PendingSamples} in a task: its tokens, and the signals that it misses. */
final class PendingRow {
  private final Row row;
  private final ScoringConfig config;
  private final TokenizedSample sample;

  /** Every missing signal, and its status by now. */
  private final Map<ModelSignal, SampleStatus> statuses = new LinkedHashMap<>();

  private final Map<ModelSignal, List<Object>> values = new LinkedHashMap<>();

  /**
   * Tokenizes the texts.
   *
   * @param signals what is computed, in the order of the bits of {@link PendingSamples#STORED}
   * @param model any of the models, whose tokenizers are the same
   */
  PendingRow(Row row, List<ModelSignal> signals, ScoringConfig config, LoadedModel model) {
    this.row = row;
    this.config = config;
    TokenizedSample whole =
        TokenizedSample.of(
            model.tokenizer(),
            config.template(),
            row.getAs(RecordColumns.CONTEXT),
            row.getAs(RecordColumns.INSTRUCTION),
            row.getAs(RecordColumns.RESPONSE));
    SampleStatus status =
        SampleStatus.before(whole, config, model.checkpoint().config().vocabularySize());
    sample = status == SampleStatus.TOO_LONG ? whole : whole.truncatedTo(config.maxTokens());
    long stored = row.<Long>getAs(PendingSamples.STORED);
    for (int i = 0; i < signals.size(); i++) {
      ModelSignal signal = signals.get(i);
      if ((stored >> i & 1) == 0) {
        statuses.put(
            signal, status == SampleStatus.OK ? signal.signal().before(sample, config) : status);
      }
    }
  }

  /** The tokens to score, truncated to the token limit unless the sample is too long. */
  TokenizedSample sample() {
    return sample;
  }

  /** Characters of the three texts. */
  long characters() {
    return row.<Long>getAs(RecordColumns.CHARACTERS);
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
            .mapToLong(pass -> pass.tokens(sample, config))
            .sum();
    return Math.max(tokens, sample.tokens());
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

  /** The rows to store: one for each missing signal. */
  List<StoredSignal> rows() {
    StoredSignal.Lengths lengths =
        new StoredSignal.Lengths(
            sample.context().length, sample.response().length, sample.tokens(), sample.truncated());
    List<StoredSignal> rows = new ArrayList<>();
    statuses.forEach(
        (signal, status) ->
            rows.add(
                new StoredSignal(
                    row.getAs(RecordColumns.CONTENT_KEY),
                    signal,
                    status,
                    lengths,
                    Optional.ofNullable(values.get(signal)))));
    return rows;
  }
}
