package io.gateau.pipeline;

import io.gateau.model.djl.BrokenDeviceException;
import io.gateau.pipeline.inflight.InFlightFolder;
import io.gateau.pipeline.inflight.InFlightLog;
import io.gateau.pipeline.inflight.Suspects;
import io.gateau.pipeline.inflight.Suspicion;
import io.gateau.pipeline.inflight.TimeLimit;
import io.gateau.pipeline.progress.ScoreCounters;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.signals.PendingSamples;
import io.gateau.pipeline.signals.ScoredModel;
import io.gateau.pipeline.signals.SignalWriter;
import io.gateau.pipeline.signals.StoredKeys;
import io.gateau.score.ModelRole;
import io.gateau.score.SampleStatus;
import io.gateau.udf.FetchedModels;
import java.io.IOException;
import java.io.Serializable;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.ForeachPartitionFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Scores the {@link PendingSamples} of a partition on an executor and stores each soon after it is
 * finished. A second attempt scores what the first has not stored, one sample at a time, so that a
 * sample which ends its executor is found.
 */
final class ScoreTask implements ForeachPartitionFunction<Row> {
  /** What Spark names the executor that is the driver, as in local mode. */
  private static final String DRIVER = "driver";

  private final ScoreConfig config;
  private final Map<ModelRole, ScoredModel> models;
  private final Storage storage;
  private final Suspects suspects;
  private final ScoreCounters counters;

  /**
   * Where tasks store.
   *
   * @param signals the store, qualified
   * @param folders name of each signal to its folder, qualified
   * @param run names the files of this run
   * @param logged whether samples in work are written down in the first attempt, too
   * @param configuration Hadoop's, with the file system of the folders
   */
  record Storage(
      String signals,
      Map<String, String> folders,
      String run,
      boolean logged,
      SerializableConfiguration configuration)
      implements Serializable {}

  /**
   * A task for every partition.
   *
   * @param models what the driver found in the models
   * @param suspects samples that were in work when a process ended before
   */
  ScoreTask(
      ScoreConfig config,
      Map<ModelRole, ScoredModel> models,
      Storage storage,
      Suspects suspects,
      ScoreCounters counters) {
    this.config = config;
    this.models = new EnumMap<>(models);
    this.storage = storage;
    this.suspects = suspects;
    this.counters = counters;
  }

  @Override
  public void call(Iterator<Row> rows) throws IOException, InterruptedException {
    if (!rows.hasNext()) {
      return;
    }
    TaskContext context = TaskContext.get();
    Configuration configuration = storage.configuration().value();
    String name = "%s-%d".formatted(storage.run(), context.partitionId());
    InFlightFolder inFlight = InFlightFolder.of(new Path(storage.signals()), configuration);
    boolean retried = context.attemptNumber() > 0 || context.stageAttemptNumber() > 0;
    Attempt attempt =
        new Attempt(
            retried,
            retried ? suspects.plus(inFlight.suspects(name + "-")) : suspects,
            retried ? StoredKeys.of(storage.folders(), name, configuration) : StoredKeys.NONE,
            new RowScorer(
                config.withModels(model -> FetchedModels.local(model, configuration)),
                models,
                counters),
            new SignalWriter(
                storage.folders(), name, configuration, config.limits().checkpointSeconds()));
    String logName = "%s-%d".formatted(name, context.taskAttemptId());
    try (InFlightLog log = new InFlightLog(inFlight, logName, storage.logged());
        TimeLimit limit = new TimeLimit(log, config.limits().sampleSeconds())) {
      limit.watch();
      score(attempt, rows, log);
    }
    counters.files().add(attempt.writer().files());
  }

  /**
   * After a fault of its GPU an executor can compute nothing more. Spark ends an executor that
   * throws an error of the virtual machine, and starts another one; in local mode the run ends.
   */
  private static void score(Attempt attempt, Iterator<Row> rows, InFlightLog log)
      throws IOException, InterruptedException {
    try {
      attempt.score(rows, log);
    } catch (BrokenDeviceException e) {
      log.keep();
      if (isLocal()) {
        throw e;
      }
      throw new InternalError(e.getMessage(), e);
    }
  }

  private static boolean isLocal() {
    return SparkEnv.get().executorId().equals(DRIVER);
  }

  /** One attempt of a task. */
  private final class Attempt {
    private final boolean retried;
    private final Suspects suspects;
    private final StoredKeys stored;
    private final RowScorer scorer;
    private final SignalWriter writer;

    Attempt(
        boolean retried,
        Suspects suspects,
        StoredKeys stored,
        RowScorer scorer,
        SignalWriter writer) {
      this.retried = retried;
      this.suspects = suspects;
      this.stored = stored;
      this.scorer = scorer;
      this.writer = writer;
    }

    SignalWriter writer() {
      return writer;
    }

    void score(Iterator<Row> rows, InFlightLog log) throws IOException, InterruptedException {
      Chunk chunk = new Chunk(scorer);
      while (rows.hasNext()) {
        Row row = rows.next();
        String key = row.getAs(RecordColumns.CONTENT_KEY);
        Optional<Suspicion> suspicion = suspects.of(key);
        Optional<SampleStatus> verdict = suspicion.flatMap(Suspicion::verdict);
        if (stored.has(key, PendingRow.missing(row, config.signals()))) {
          count(row);
        } else if (verdict.isPresent()) {
          store(
              List.of(PendingRow.givenUp(row, config.signals(), config.scoring(), verdict.get())));
        } else if (retried || suspicion.isPresent()) {
          chunk = finish(chunk, log);
          scoreAlone(row, key, log);
        } else {
          log.begin(key);
          chunk.add(scorer.tokenized(row));
          if (chunk.isFull()) {
            chunk = finish(chunk, log);
          }
        }
      }
      finish(chunk, log);
      writer.store();
    }

    private void scoreAlone(Row row, String key, InFlightLog log)
        throws IOException, InterruptedException {
      log.beginAlone(key);
      PendingRow pending = scorer.tokenized(row);
      scorer.score(List.of(pending));
      log.end();
      store(List.of(pending));
      writer.store();
    }

    /** Scores and stores; returns the next chunk. */
    private Chunk finish(Chunk chunk, InFlightLog log) throws IOException {
      if (chunk.isEmpty()) {
        return chunk;
      }
      scorer.score(chunk.rows());
      log.end();
      store(chunk.rows());
      return new Chunk(scorer);
    }

    private void store(List<PendingRow> rows) throws IOException {
      writer.add(rows.stream().flatMap(row -> row.rows().stream()).toList());
      for (PendingRow row : rows) {
        counters.rows().add(1);
        counters.characters().add(row.characters());
        if (row.isFailedAttempt()) {
          counters.failed().add(1);
        }
        if (row.isError()) {
          counters.errors().add(1);
        }
      }
    }

    private void count(Row row) {
      counters.rows().add(1);
      counters.characters().add(row.<Long>getAs(RecordColumns.CHARACTERS));
    }
  }
}
