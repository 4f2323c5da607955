package io.gateau.pipeline;

import io.gateau.model.LoadedModel;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.pipeline.signals.PassConfig;
import io.gateau.pipeline.signals.PendingSamples;
import io.gateau.pipeline.signals.SignalConfig;
import io.gateau.pipeline.signals.SignalWriter;
import io.gateau.score.SampleScorer;
import io.gateau.udf.TaskModels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.ForeachPartitionFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Scores the {@link PendingSamples} of a partition on an executor and stores each soon after it is
 * finished.
 */
final class ScoreTask implements ForeachPartitionFunction<Row> {
  private final ScoreConfig config;
  private final PassConfig shortPass;
  private final PassConfig longPass;
  private final String folder;
  private final SerializableConfiguration configuration;
  private final ScoreCounters counters;

  /**
   * A task for every partition.
   *
   * @param folder of the signal store, qualified
   * @param configuration Hadoop's, with the file system of the folder
   */
  ScoreTask(
      ScoreConfig config,
      SignalConfig signals,
      String folder,
      SerializableConfiguration configuration,
      ScoreCounters counters) {
    this.config = config;
    this.shortPass = signals.shortModel();
    this.longPass = signals.longModel();
    this.folder = folder;
    this.configuration = configuration;
    this.counters = counters;
  }

  @Override
  public void call(Iterator<Row> rows) throws IOException {
    if (!rows.hasNext()) {
      return;
    }
    requireFingerprint(TaskModels.get(config.shortModel()), shortPass);
    requireFingerprint(TaskModels.get(config.longModel()), longPass);
    SampleScorer shortScorer = TaskModels.scorer(config.shortModel(), config.scoring());
    SampleScorer longScorer = TaskModels.scorer(config.longModel(), config.scoring());
    SignalWriter writer =
        new SignalWriter(folder, configuration.value(), config.checkpointSeconds());
    while (rows.hasNext()) {
      List<PendingRow> chunk = nextChunk(rows, longScorer);
      scorePerplexities(shortScorer, chunk);
      scoreLongSignals(longScorer, chunk);
      writer.add(chunk.stream().map(PendingRow::scored).toList());
      countRows(chunk);
    }
    writer.store();
  }

  /**
   * The next rows: enough for their texts to fill a batch and, with streamed layers, for everything
   * that the long model scores to fill a batch group.
   */
  private List<PendingRow> nextChunk(Iterator<Row> rows, SampleScorer longScorer) {
    LoadedModel longModel = TaskModels.get(config.longModel());
    List<PendingRow> chunk = new ArrayList<>();
    long textTokens = 0;
    long scoredTokens = 0;
    do {
      PendingRow pending = new PendingRow(rows.next(), config.scoring(), longModel);
      chunk.add(pending);
      textTokens += pending.sample().tokens();
      scoredTokens += pending.tokensToScore();
    } while (rows.hasNext()
        && (textTokens < longScorer.batchTokens() || scoredTokens < longScorer.batchGroupTokens()));
    return chunk;
  }

  private void scorePerplexities(SampleScorer scorer, List<PendingRow> chunk) {
    countSequences(
        scorer,
        () ->
            scorer.perplexities(
                chunk.stream().filter(PendingRow::needsShortPerplexity).toList(),
                PendingRow::sample,
                PendingRow::shortPerplexity));
  }

  private void scoreLongSignals(SampleScorer scorer, List<PendingRow> chunk) {
    countSequences(
        scorer,
        () ->
            scorer.longSignals(
                chunk.stream().filter(PendingRow::needsLongSignals).toList(),
                PendingRow::sample,
                PendingRow::longSignals));
  }

  /** Runs {@code scoring} and counts the sequences and tokens that the scorer scores in it. */
  private void countSequences(SampleScorer scorer, Runnable scoring) {
    long sequences = scorer.sequences();
    long tokens = scorer.tokens();
    scoring.run();
    counters.sequences().add(scorer.sequences() - sequences);
    counters.tokens().add(scorer.tokens() - tokens);
  }

  private void countRows(List<PendingRow> chunk) {
    for (PendingRow pending : chunk) {
      counters.rows().add(1);
      counters.characters().add(pending.characters());
    }
  }

  /** The same directory may hold another model on another machine. */
  private static void requireFingerprint(LoadedModel model, PassConfig pass) {
    String found = model.fingerprint();
    if (!found.equals(pass.fingerprint())) {
      throw new ModelException(
          "%s holds another model on this machine than on the driver's: fingerprint %s instead of %s; copy the same files to every machine, and restart Spark if they have changed"
              .formatted(model.checkpoint().directory(), found, pass.fingerprint()));
    }
  }
}
