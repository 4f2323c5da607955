package io.gateau.pipeline;

import io.gateau.model.LoadedModel;
import io.gateau.model.Work;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.model.djl.BrokenDeviceException;
import io.gateau.pipeline.plan.PlannedSample;
import io.gateau.pipeline.progress.ProcessMeters;
import io.gateau.pipeline.progress.ScoreCounters;
import io.gateau.pipeline.read.record.ParsedRecord;
import io.gateau.pipeline.signals.ScoredModel;
import io.gateau.score.ModelRole;
import io.gateau.score.SampleScorer;
import io.gateau.score.SampleStatus;
import io.gateau.udf.SampleTokenizers;
import io.gateau.udf.TaskModels;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.TaskContext;

/**
 * Tokenizes and scores rows in a task. An error that a sample causes becomes its status; whatever
 * the sample is not to blame for fails the task.
 */
final class RowScorer {
  private final ScoreConfig config;
  private final ScoreCounters counters;
  private final Map<ModelRole, SampleScorer> scorers;

  /** The model whose passes decide how many rows are scored at once. */
  private final ModelRole last;

  private final SampleTokenizers tokenizers;

  /** Forward passes of samples that are not finished. */
  private Work unfinished = Work.NONE;

  /**
   * Loads the models of the task. All are loaded before the first scorer, which plans with the
   * memory that is left.
   *
   * @param models what the driver found in the models
   * @throws ModelException if one cannot be used, or is another one than on the driver's machine
   */
  RowScorer(ScoreConfig config, Map<ModelRole, ScoredModel> models, ScoreCounters counters) {
    this.config = config;
    this.counters = counters;
    config
        .models()
        .forEach((role, spec) -> requireFingerprint(TaskModels.get(spec), models.get(role)));
    scorers = new EnumMap<>(ModelRole.class);
    config
        .models()
        .forEach((role, spec) -> scorers.put(role, TaskModels.scorer(spec, config.scoring())));
    scorers.forEach(
        (role, scorer) -> {
          String meter = "tokens." + TaskModels.device(config.models().get(role));
          scorer.listener((batch, sequences) -> count(meter, batch, sequences));
        });
    last = config.tokenizingRole();
    tokenizers = new SampleTokenizers(config.models());
  }

  /** A row with its tokens, or with the status of a sample that cannot be tokenized. */
  PendingRow tokenized(PlannedSample planned, ParsedRecord texts) {
    try {
      return PendingRow.tokenized(planned, texts, config.signals(), config.scoring(), tokenizers);
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      requireFaultOfSample(e);
      PendingRow failed =
          PendingRow.givenUp(planned, config.signals(), config.scoring(), SampleStatus.OK);
      failed.fail(e);
      return failed;
    }
  }

  /**
   * Whether tokens are enough for texts to fill a batch and, with streamed layers, for everything
   * that the last model scores to fill a batch group.
   */
  boolean fillBatch(long textTokens, long scoredTokens) {
    SampleScorer scorer = scorers.get(last);
    return textTokens >= scorer.batchTokens() && scoredTokens >= scorer.batchGroupTokens();
  }

  /** Tokens of the sequence of a row. */
  long textTokens(PendingRow row) {
    return row.sample(last).tokens();
  }

  /** Tokens of a row that the last model reads. */
  long scoredTokens(PendingRow row) {
    return row.tokensToScore(last);
  }

  /** Scores rows together and, if that throws, one by one; a row that throws alone has failed. */
  void score(List<PendingRow> rows) {
    List<PendingRow> tokenized = rows.stream().filter(PendingRow::isTokenized).toList();
    try {
      scoreTogether(tokenized);
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      requireFaultOfSample(e);
      if (tokenized.size() == 1) {
        tokenized.get(0).fail(e);
      } else {
        tokenized.forEach(row -> score(List.of(row)));
      }
    }
  }

  private void scoreTogether(List<PendingRow> rows) {
    for (Map.Entry<ModelRole, SampleScorer> scorer : scorers.entrySet()) {
      ModelRole role = scorer.getKey();
      List<PendingRow> missing = new ArrayList<>(rows);
      missing.removeIf(row -> row.missing(role).isEmpty());
      scorer
          .getValue()
          .score(
              missing,
              row -> row.sample(role),
              row -> row.missing(role),
              (row, computed) -> row.take(role, computed));
    }
  }

  /** Batch by batch, so that the driver sees a long sample go on. */
  private void count(String meter, Work batch, long sequences) {
    ProcessMeters.mark(meter, batch.tokens());
    counters.sequences().add(sequences);
    counters.scored().add(batch);
    unfinished = unfinished.plus(batch);
  }

  /** What was computed since the last call, for samples that are finished now. */
  Work takeFinished() {
    Work finished = unfinished;
    unfinished = Work.NONE;
    return finished;
  }

  /**
   * Throws again what another sample would meet as well: a wrong model, a broken device, the end of
   * the task.
   */
  private static void requireFaultOfSample(Throwable thrown) {
    if (thrown instanceof ModelException e) {
      throw e;
    }
    if (thrown instanceof BrokenDeviceException e) {
      throw e;
    }
    if (TaskContext.get().isInterrupted()) {
      throw new IllegalStateException("the task was killed while it scored", thrown);
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
