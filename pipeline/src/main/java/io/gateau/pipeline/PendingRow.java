package io.gateau.pipeline;

import io.gateau.model.LoadedModel;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.signals.PendingSamples;
import io.gateau.pipeline.signals.ScoredSample;
import io.gateau.pipeline.signals.SignalColumns;
import io.gateau.score.LongSignals;
import io.gateau.score.SampleStatus;
import io.gateau.score.ScoringConfig;
import io.gateau.score.TokenizedSample;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.spark.sql.Row;
import scala.jdk.javaapi.CollectionConverters;

/** One row of {@link PendingSamples} in a task: its tokens, and the signals it has so far. */
final class PendingRow {
  private final Row row;
  private final ScoringConfig config;
  private final TokenizedSample sample;
  private SampleStatus status;
  private OptionalDouble shortPerplexity = OptionalDouble.empty();
  private Optional<LongSignals> longSignals = Optional.empty();

  /** Tokenizes the texts and takes the signals that an earlier run has stored. */
  PendingRow(Row row, ScoringConfig config, LoadedModel model) {
    this.row = row;
    this.config = config;
    TokenizedSample whole =
        TokenizedSample.of(
            model.tokenizer(),
            config.template(),
            row.getAs(RecordColumns.CONTEXT),
            row.getAs(RecordColumns.INSTRUCTION),
            row.getAs(RecordColumns.RESPONSE));
    status = SampleStatus.before(whole, config, model.checkpoint().config().vocabularySize());
    sample = status == SampleStatus.TOO_LONG ? whole : whole.truncatedTo(config.maxTokens());
    if (status == SampleStatus.OK) {
      takeStoredSignals();
    }
  }

  private void takeStoredSignals() {
    Double storedShort = row.getAs(PendingSamples.STORED_SHORT_PPL);
    if (storedShort != null) {
      shortPerplexity = OptionalDouble.of(storedShort);
    }
    Double storedLong = row.getAs(PendingSamples.STORED_LONG_PPL);
    if (storedLong != null) {
      longSignals =
          Optional.of(
              new LongSignals(
                  storedLong,
                  doubles(PendingSamples.STORED_SEGMENT_PPL),
                  doubles(PendingSamples.STORED_SEGMENT_ATTENTION)));
    }
  }

  private double[] doubles(String column) {
    return CollectionConverters.asJava(row.<scala.collection.Seq<Double>>getAs(column)).stream()
        .mapToDouble(Double::doubleValue)
        .toArray();
  }

  /** The tokens to score, truncated to the token limit unless the sample is too long. */
  TokenizedSample sample() {
    return sample;
  }

  /** Characters of the three texts. */
  long characters() {
    return row.<Number>getAs(PendingSamples.CHARACTERS).longValue();
  }

  /** Whether the short model must score this row. */
  boolean needsShortPerplexity() {
    return status == SampleStatus.OK && shortPerplexity.isEmpty();
  }

  /** Whether the long model must score this row. */
  boolean needsLongSignals() {
    return status == SampleStatus.OK && longSignals.isEmpty();
  }

  /** Takes the short model's perplexity; empty means that the device ran out of memory. */
  void shortPerplexity(Optional<Double> perplexity) {
    perplexity.ifPresentOrElse(
        value -> shortPerplexity = OptionalDouble.of(value), this::failOutOfMemory);
  }

  /** Takes the long model's signals; empty means that the device ran out of memory. */
  void longSignals(Optional<LongSignals> signals) {
    signals.ifPresentOrElse(value -> longSignals = signals, this::failOutOfMemory);
  }

  private void failOutOfMemory() {
    status = SampleStatus.OUT_OF_MEMORY;
  }

  /** Tokens that the long model scores; the tokens of the full sequence if it scores nothing. */
  long tokensToScore() {
    if (!needsLongSignals()) {
      return sample.tokens();
    }
    int besideContext = sample.tokens() - sample.context().length;
    return sample.tokens()
        + config
            .segments(sample.context().length)
            .mapToLong(segment -> segment.length() + besideContext)
            .sum();
  }

  /** The row to store; signals that are not finite change its status. */
  ScoredSample scored() {
    if (status == SampleStatus.OK && !isFinite()) {
      status = SampleStatus.NON_FINITE;
    }
    return new ScoredSample(
        row.getAs(RecordColumns.ID),
        Optional.ofNullable(row.getAs(RecordColumns.SOURCE)),
        status,
        sample.context().length,
        sample.response().length,
        sample.tokens(),
        (int) config.segments(sample.context().length).count(),
        sample.truncated(),
        shortPerplexity,
        longSignals,
        row.getAs(SignalColumns.SHORT_KEY),
        row.getAs(SignalColumns.LONG_KEY));
  }

  private boolean isFinite() {
    return Double.isFinite(shortPerplexity.orElseThrow()) && longSignals.orElseThrow().isFinite();
  }
}
