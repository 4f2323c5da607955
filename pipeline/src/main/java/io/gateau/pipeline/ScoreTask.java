package io.gateau.pipeline;

import io.gateau.model.Work;
import io.gateau.model.djl.BrokenDeviceException;
import io.gateau.pipeline.inflight.InFlightFolder;
import io.gateau.pipeline.inflight.InFlightLog;
import io.gateau.pipeline.inflight.Suspects;
import io.gateau.pipeline.inflight.Suspicion;
import io.gateau.pipeline.inflight.TimeLimit;
import io.gateau.pipeline.plan.PlannedSample;
import io.gateau.pipeline.plan.PlannedTask;
import io.gateau.pipeline.progress.ProcessMeters;
import io.gateau.pipeline.progress.ScoreCounters;
import io.gateau.pipeline.read.record.ParsedRecord;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.samples.PlacedTexts;
import io.gateau.pipeline.signals.PendingSamples;
import io.gateau.pipeline.signals.ScoredModel;
import io.gateau.pipeline.signals.SignalWriter;
import io.gateau.pipeline.signals.StoredKeys;
import io.gateau.score.ModelRole;
import io.gateau.score.SampleStatus;
import io.gateau.udf.FetchedModels;
import java.io.IOException;
import java.io.Serial;
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
import org.apache.spark.api.java.function.VoidFunction;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Scores the samples of a {@link PlannedTask} on an executor and stores each soon after it is
 * finished. A second attempt scores what the first has not stored, one sample at a time, so that a
 * sample which ends its executor is found.
 */
final class ScoreTask implements VoidFunction<Iterator<PlannedTask>> {
  @Serial private static final long serialVersionUID = 1;

  /** What Spark names the executor that is the driver, as in local mode. */
  private static final String DRIVER = "driver";

  private final ReadConfig input;
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
   * A task for every partition of planned tasks.
   *
   * @param input how the records were read
   * @param models what the driver found in the models
   * @param suspects samples that were in work when a process ended before
   */
  ScoreTask(
      ReadConfig input,
      ScoreConfig config,
      Map<ModelRole, ScoredModel> models,
      Storage storage,
      Suspects suspects,
      ScoreCounters counters) {
    this.input = input;
    this.config = config;
    this.models = new EnumMap<>(models);
    this.storage = storage;
    this.suspects = suspects;
    this.counters = counters;
  }

  @Override
  public void call(Iterator<PlannedTask> tasks) throws IOException, InterruptedException {
    while (tasks.hasNext()) {
      score(tasks.next());
    }
  }

  private void score(PlannedTask task) throws IOException, InterruptedException {
    TaskContext context = TaskContext.get();
    Configuration configuration = storage.configuration().value();
    String name = "%s-%d".formatted(storage.run(), context.partitionId());
    InFlightFolder inFlight = InFlightFolder.of(new Path(storage.signals()), configuration);
    boolean retried = context.attemptNumber() > 0 || context.stageAttemptNumber() > 0;
    if (retried) {
      ProcessMeters.mark("retried-tasks", 1);
    }
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
    try (PlacedTexts texts = new PlacedTexts(input, configuration);
        InFlightLog log = new InFlightLog(inFlight, logName, storage.logged());
        TimeLimit limit = new TimeLimit(log, config.limits().sampleSeconds())) {
      limit.watch();
      score(attempt, task.samples(configuration), texts, log);
    }
    counters.files().add(attempt.writer().files());
  }

  /**
   * After a fault of its GPU an executor can compute nothing more. Spark ends an executor that
   * throws an error of the virtual machine, and starts another one; in local mode the run ends.
   */
  private static void score(
      Attempt attempt, List<PlannedSample> samples, PlacedTexts texts, InFlightLog log)
      throws IOException, InterruptedException {
    try {
      attempt.score(samples, texts, log);
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

    void score(List<PlannedSample> samples, PlacedTexts texts, InFlightLog log)
        throws IOException, InterruptedException {
      Chunk chunk = new Chunk(scorer);
      for (PlannedSample sample : samples) {
        String key = sample.contentKey();
        Optional<Suspicion> suspicion = suspects.of(key);
        Optional<SampleStatus> verdict = suspicion.flatMap(Suspicion::verdict);
        if (stored.has(key, PendingSamples.missing(sample.stored(), config.signals()))) {
          count(sample.work());
        } else if (verdict.isPresent()) {
          store(
              List.of(
                  PendingRow.givenUp(sample, config.signals(), config.scoring(), verdict.get())));
        } else if (retried || suspicion.isPresent()) {
          chunk = finish(chunk, log);
          scoreAlone(sample, read(sample, texts), log);
        } else {
          ParsedRecord record = read(sample, texts);
          log.begin(key);
          chunk.add(scorer.tokenized(sample, record));
          if (chunk.isFull()) {
            chunk = finish(chunk, log);
          }
        }
      }
      finish(chunk, log);
      writer.store();
    }

    private static ParsedRecord read(PlannedSample sample, PlacedTexts texts) {
      return texts.read(sample.file(), sample.place(), sample.contentKey()).parsed();
    }

    private void scoreAlone(PlannedSample sample, ParsedRecord record, InFlightLog log)
        throws IOException, InterruptedException {
      log.beginAlone(sample.contentKey());
      PendingRow pending = scorer.tokenized(sample, record);
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
      counters.finished().add(scorer.takeFinished());
      for (PendingRow row : rows) {
        counters.rows().add(1);
        counters.planned().add(row.work());
        row.faults().forEach(status -> ProcessMeters.mark("rejected." + status.code(), 1));
        if (row.isFailedAttempt()) {
          counters.failed().add(1);
        }
        if (row.isError()) {
          counters.errors().add(1);
        }
      }
    }

    /** An earlier attempt has stored this sample; its counts were lost. */
    private void count(Work work) {
      counters.rows().add(1);
      counters.planned().add(work);
      counters.finished().add(work);
      counters.scored().add(work);
    }
  }
}
