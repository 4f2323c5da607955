package io.gateau.pipeline;

import io.gateau.model.LoadedModel;
import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.pipeline.signals.PendingSamples;
import io.gateau.pipeline.signals.ScoredModel;
import io.gateau.pipeline.signals.SignalWriter;
import io.gateau.score.ModelRole;
import io.gateau.score.SampleScorer;
import io.gateau.udf.TaskModels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.ForeachPartitionFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Scores the {@link PendingSamples} of a partition on an executor and stores each soon after it is
 * finished.
 */
final class ScoreTask implements ForeachPartitionFunction<Row> {
  private final ScoreConfig config;
  private final Map<ModelRole, ScoredModel> models;
  private final Map<String, String> folders;
  private final String run;
  private final SerializableConfiguration configuration;
  private final ScoreCounters counters;

  /**
   * A task for every partition.
   *
   * @param models what the driver found in the models
   * @param folders name of each signal to its folder, qualified
   * @param run names the files of this run
   * @param configuration Hadoop's, with the file system of the folders
   */
  ScoreTask(
      ScoreConfig config,
      Map<ModelRole, ScoredModel> models,
      Map<String, String> folders,
      String run,
      SerializableConfiguration configuration,
      ScoreCounters counters) {
    this.config = config;
    this.models = new EnumMap<>(models);
    this.folders = folders;
    this.run = run;
    this.configuration = configuration;
    this.counters = counters;
  }

  @Override
  public void call(Iterator<Row> rows) throws IOException {
    if (!rows.hasNext()) {
      return;
    }
    Map<ModelRole, SampleScorer> scorers = scorers();
    SignalWriter writer =
        new SignalWriter(folders, run, configuration.value(), config.checkpointSeconds());
    while (rows.hasNext()) {
      List<PendingRow> chunk = nextChunk(rows, scorers);
      scorers.forEach((role, scorer) -> score(role, scorer, chunk));
      writer.add(chunk.stream().flatMap(row -> row.rows().stream()).toList());
      countRows(chunk);
    }
    writer.store();
    counters.files().add(writer.files());
  }

  /** All models are loaded before the first scorer, which plans with the memory that is left. */
  private Map<ModelRole, SampleScorer> scorers() {
    config
        .models()
        .forEach((role, spec) -> requireFingerprint(TaskModels.get(spec), models.get(role)));
    Map<ModelRole, SampleScorer> scorers = new EnumMap<>(ModelRole.class);
    config
        .models()
        .forEach((role, spec) -> scorers.put(role, TaskModels.scorer(spec, config.scoring())));
    return scorers;
  }

  /**
   * The next rows: enough for their texts to fill a batch and, with streamed layers, for everything
   * that the last model scores to fill a batch group.
   */
  private List<PendingRow> nextChunk(Iterator<Row> rows, Map<ModelRole, SampleScorer> scorers) {
    ModelRole last = scorers.containsKey(ModelRole.LONG) ? ModelRole.LONG : ModelRole.SHORT;
    SampleScorer scorer = scorers.get(last);
    ModelSpec spec = config.models().get(last);
    LoadedModel model = TaskModels.get(spec);
    List<PendingRow> chunk = new ArrayList<>();
    long textTokens = 0;
    long scoredTokens = 0;
    do {
      PendingRow pending = new PendingRow(rows.next(), config.signals(), config.scoring(), model);
      chunk.add(pending);
      textTokens += pending.sample().tokens();
      scoredTokens += pending.tokensToScore(last);
    } while (rows.hasNext()
        && (textTokens < scorer.batchTokens() || scoredTokens < scorer.batchGroupTokens()));
    return chunk;
  }

  /** Scores what the rows miss of one model, and counts the sequences and tokens of it. */
  private void score(ModelRole role, SampleScorer scorer, List<PendingRow> chunk) {
    long sequences = scorer.sequences();
    long tokens = scorer.tokens();
    scorer.score(
        chunk.stream().filter(row -> !row.missing(role).isEmpty()).toList(),
        PendingRow::sample,
        row -> row.missing(role),
        (row, computed) -> row.take(role, computed));
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
  private static void requireFingerprint(LoadedModel model, ScoredModel expected) {
    String found = model.fingerprint();
    if (!found.equals(expected.fingerprint())) {
      throw new ModelException(
          "%s holds another model on this machine than on the driver's: fingerprint %s instead of %s; copy the same files to every machine, and restart Spark if they have changed"
              .formatted(model.checkpoint().directory(), found, expected.fingerprint()));
    }
  }
}
