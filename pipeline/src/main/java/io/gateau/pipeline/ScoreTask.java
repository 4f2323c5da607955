package io.gateau.pipeline;

import io.gateau.model.LoadedModel;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.signals.Columns;
import io.gateau.pipeline.signals.Recipe;
import io.gateau.pipeline.signals.ScoredSample;
import io.gateau.pipeline.signals.SignalWriter;
import io.gateau.score.LongSignals;
import io.gateau.score.SampleScorer;
import io.gateau.score.SampleStatus;
import io.gateau.score.TokenizedSample;
import io.gateau.udf.TaskModels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.spark.api.java.function.ForeachPartitionFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Scores the samples of a partition and stores each soon after it is finished. A half that an
 * earlier run has stored (the same short model, or the same long model) comes with the row and is
 * not computed again.
 */
final class ScoreTask implements ForeachPartitionFunction<Row> {
  /**
   * Columns of a row to score, beside those of the record, that hold signals already known; null if
   * not.
   */
  static final String KNOWN_SHORT_PPL = "known_" + Columns.SHORT_PPL;

  static final String KNOWN_LONG_PPL = "known_" + Columns.LONG_PPL;
  static final String KNOWN_SEGMENT_PPL = "known_" + Columns.SEGMENT_PPL;
  static final String KNOWN_SEGMENT_ATTENTION = "known_" + Columns.SEGMENT_ATTENTION;

  /** Characters of a sample: what progress is measured in before tokens are known. */
  static final String CHARACTERS = "characters";

  private final ScoreConfig config;
  private final Recipe.ModelRecipe longRecipe;
  private final Recipe.ModelRecipe shortRecipe;
  private final String folder;
  private final SerializableConfiguration configuration;
  private final Counters counters;

  ScoreTask(
      ScoreConfig config,
      Recipe recipe,
      String folder,
      SerializableConfiguration configuration,
      Counters counters) {
    this.config = config;
    this.shortRecipe = recipe.shortModel();
    this.longRecipe = recipe.longModel();
    this.folder = folder;
    this.configuration = configuration;
    this.counters = counters;
  }

  /** What tasks count for the driver. */
  record Counters(
      LongAccumulator rows,
      LongAccumulator characters,
      LongAccumulator sequences,
      LongAccumulator tokens)
      implements java.io.Serializable {}

  @Override
  public void call(Iterator<Row> rows) throws IOException {
    if (!rows.hasNext()) {
      return;
    }
    LoadedModel shortModel = TaskModels.get(config.shortModel());
    LoadedModel longModel = TaskModels.get(config.longModel());
    requireFingerprint(shortModel, shortRecipe);
    requireFingerprint(longModel, longRecipe);
    SignalWriter writer =
        new SignalWriter(folder, configuration.value(), config.checkpointSeconds());
    SampleScorer shortScorer = TaskModels.scorer(config.shortModel(), config.scoring());
    SampleScorer longScorer = TaskModels.scorer(config.longModel(), config.scoring());
    while (rows.hasNext()) {
      List<PendingRow> chunk = nextChunk(rows, longScorer);
      scorePerplexities(shortScorer, chunk);
      scoreLongSignals(longScorer, chunk);
      writer.add(chunk.stream().map(PendingRow::scored).toList());
      for (PendingRow pending : chunk) {
        counters.rows().add(1);
        counters.characters().add(pending.row.<Number>getAs(CHARACTERS).longValue());
      }
    }
    writer.store();
  }

  /**
   * The next rows: enough for their texts to fill a batch and, with streamed layers, for everything
   * that the long model scores to fill a batch group.
   */
  private List<PendingRow> nextChunk(Iterator<Row> rows, SampleScorer longScorer) {
    List<PendingRow> chunk = new ArrayList<>();
    long textTokens = 0;
    long scoredTokens = 0;
    do {
      PendingRow pending = new PendingRow(rows.next());
      chunk.add(pending);
      textTokens += pending.sample.tokens();
      scoredTokens += pending.tokensToScore();
    } while (rows.hasNext()
        && (textTokens < longScorer.batchTokens() || scoredTokens < longScorer.batchGroupTokens()));
    return chunk;
  }

  /** A row on its way to its signals. */
  private final class PendingRow {
    private final Row row;
    private final TokenizedSample sample;
    private SampleStatus status;
    private OptionalDouble shortPerplexity = OptionalDouble.empty();
    private Optional<LongSignals> longSignals = Optional.empty();

    PendingRow(Row row) {
      this.row = row;
      LoadedModel model = TaskModels.get(config.longModel());
      TokenizedSample whole =
          TokenizedSample.of(
              model.tokenizer(),
              config.scoring().template(),
              row.getAs(RecordColumns.CONTEXT),
              row.getAs(RecordColumns.INSTRUCTION),
              row.getAs(RecordColumns.RESPONSE));
      status =
          SampleStatus.before(
              whole, config.scoring(), model.checkpoint().config().vocabularySize());
      sample =
          status == SampleStatus.TOO_LONG ? whole : whole.truncatedTo(config.scoring().maxTokens());
      if (status == SampleStatus.OK) {
        takeStoredSignals();
      }
    }

    /** Takes the signals that earlier runs have stored. */
    private void takeStoredSignals() {
      Double shortStored = row.getAs(KNOWN_SHORT_PPL);
      if (shortStored != null) {
        shortPerplexity = OptionalDouble.of(shortStored);
      }
      Double longStored = row.getAs(KNOWN_LONG_PPL);
      if (longStored != null) {
        longSignals =
            Optional.of(
                new LongSignals(
                    longStored,
                    doubles(row, KNOWN_SEGMENT_PPL),
                    doubles(row, KNOWN_SEGMENT_ATTENTION)));
      }
    }

    boolean needsShortPerplexity() {
      return status == SampleStatus.OK && shortPerplexity.isEmpty();
    }

    boolean needsLongSignals() {
      return status == SampleStatus.OK && longSignals.isEmpty();
    }

    void shortPerplexity(Optional<Double> perplexity) {
      perplexity.ifPresentOrElse(
          value -> shortPerplexity = OptionalDouble.of(value), this::failOutOfMemory);
    }

    void longSignals(Optional<LongSignals> signals) {
      signals.ifPresentOrElse(value -> longSignals = signals, this::failOutOfMemory);
    }

    private void failOutOfMemory() {
      status = SampleStatus.OUT_OF_MEMORY;
    }

    /** Tokens that the long model scores; those of the text alone if it scores nothing. */
    long tokensToScore() {
      if (!needsLongSignals()) {
        return sample.tokens();
      }
      int besideContext = sample.tokens() - sample.context().length;
      return sample.tokens()
          + config
              .scoring()
              .segments(sample.context().length)
              .mapToLong(segment -> segment.length() + besideContext)
              .sum();
    }

    ScoredSample scored() {
      if (status == SampleStatus.OK
          && (!Double.isFinite(shortPerplexity.orElseThrow())
              || !longSignals.orElseThrow().isFinite())) {
        status = SampleStatus.NON_FINITE;
      }
      return new ScoredSample(
          row.getAs(RecordColumns.ID),
          Optional.ofNullable(row.getAs(RecordColumns.SOURCE)),
          status,
          sample.context().length,
          sample.response().length,
          sample.tokens(),
          (int) config.scoring().segments(sample.context().length).count(),
          sample.truncated(),
          shortPerplexity,
          longSignals,
          row.getAs(Columns.SHORT_KEY),
          row.getAs(Columns.LONG_KEY));
    }
  }

  private void scorePerplexities(SampleScorer scorer, List<PendingRow> chunk) {
    count(
        scorer,
        () ->
            scorer.perplexities(
                chunk.stream().filter(PendingRow::needsShortPerplexity).toList(),
                pending -> pending.sample,
                PendingRow::shortPerplexity));
  }

  private void scoreLongSignals(SampleScorer scorer, List<PendingRow> chunk) {
    count(
        scorer,
        () ->
            scorer.longSignals(
                chunk.stream().filter(PendingRow::needsLongSignals).toList(),
                pending -> pending.sample,
                PendingRow::longSignals));
  }

  /** Counts what a scorer computes while it does. */
  private void count(SampleScorer scorer, Runnable scoring) {
    long sequences = scorer.sequences();
    long tokens = scorer.tokens();
    scoring.run();
    counters.sequences().add(scorer.sequences() - sequences);
    counters.tokens().add(scorer.tokens() - tokens);
  }

  private static double[] doubles(Row row, String column) {
    return CollectionConverters.asJava(row.<scala.collection.Seq<Double>>getAs(column)).stream()
        .mapToDouble(Double::doubleValue)
        .toArray();
  }

  /** The same directory may hold another model on another machine. */
  private static void requireFingerprint(LoadedModel model, Recipe.ModelRecipe recipe) {
    String found = model.fingerprint();
    if (!found.equals(recipe.fingerprint())) {
      throw new ModelException(
          model.checkpoint().directory()
              + " holds another model on this machine than on the driver's: fingerprint "
              + found
              + " instead of "
              + recipe.fingerprint()
              + "; copy the same files to every machine, and restart Spark if they have changed");
    }
  }
}
