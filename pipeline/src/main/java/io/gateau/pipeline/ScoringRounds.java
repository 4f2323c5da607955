package io.gateau.pipeline;

import static org.apache.spark.sql.functions.col;

import io.gateau.model.checkpoint.ModelException;
import io.gateau.pipeline.candidates.RejectedSamples;
import io.gateau.pipeline.inflight.InFlightFolder;
import io.gateau.pipeline.inflight.Suspects;
import io.gateau.pipeline.plan.PendingCount;
import io.gateau.pipeline.plan.ScoringPlanner;
import io.gateau.pipeline.progress.PlannedWork;
import io.gateau.pipeline.progress.ScoreCounters;
import io.gateau.pipeline.progress.ScoreProgress;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.file.QualifiedPath;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.signals.ScoredModel;
import io.gateau.pipeline.signals.SignalColumns;
import io.gateau.pipeline.signals.SignalStore;
import io.gateau.score.ModelRole;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * Scores what is missing in as many Spark jobs as it takes. Spark gives a job up when one of its
 * tasks has failed four times, such as over samples that end their executor. As long as jobs get
 * anywhere, the next one scores what the last one has left: every sample ends with its signals or
 * with a status that says why it has none.
 */
final class ScoringRounds {
  private static final System.Logger LOG = System.getLogger(ScoringRounds.class.getName());

  /** Samples that may all fail while others of the input have values. */
  private static final long FEW_SAMPLES = 100;

  private static final double FEW_OF_ALL = 0.1;

  private final SparkSession spark;
  private final ReadConfig input;
  private final Map<ModelRole, ScoredModel> models;
  private final SignalStore store;
  private final InFlightFolder inFlight;
  private final ScoreProgress progress;
  private final Intake intake;
  private final ScoreCounters counters;

  /**
   * Rounds over one store.
   *
   * @param models what the driver found in the models
   */
  ScoringRounds(
      SparkSession spark,
      ReadConfig input,
      Map<ModelRole, ScoredModel> models,
      SignalStore store,
      InFlightFolder inFlight,
      ScoreProgress progress,
      Intake intake) {
    this.spark = spark;
    this.input = input;
    this.models = models;
    this.store = store;
    this.inFlight = inFlight;
    this.progress = progress;
    this.intake = intake;
    this.counters = ScoreCounters.register(spark.sparkContext());
  }

  /**
   * Where a round began.
   *
   * @param pending texts that miss signals
   * @param suspects samples that were in work when a process ended
   */
  private record State(long pending, Suspects suspects) {}

  /** A job that was given up, and where it began. */
  private record Failure(State began, Exception reason) {}

  /**
   * The records of the input.
   *
   * @param good rows of the narrow table without a reason
   * @param rows all of them
   * @param rejected those that are no samples
   */
  record Intake(Dataset<Row> good, long rows, long rejected) {
    /** Of the narrow table. */
    static Intake of(Dataset<Row> samples) {
      Map<String, Long> sizes = RejectedSamples.sizes(samples);
      long rows = sizes.values().stream().mapToLong(Long::longValue).sum();
      return new Intake(
          samples.filter(col(RecordColumns.REASON).isNull()),
          rows,
          rows - sizes.getOrDefault("", 0L));
    }

    long samples() {
      return rows - rejected;
    }
  }

  /**
   * What is scored of samples.
   *
   * @param samples how many they are
   * @param config with the signals
   * @param planner by the cost of these signals
   */
  record Part(long samples, ScoreConfig config, ScoringPlanner planner) {}

  /** Texts for which an attempt came to nothing, in all parts. */
  long failed() {
    return counters.failed().value();
  }

  /** Sequences that models have read, in all parts. */
  long sequences() {
    return counters.sequences().value();
  }

  /** Tokens of those sequences. */
  long tokens() {
    return counters.tokens();
  }

  /**
   * Scores all of these samples that miss signals.
   *
   * @param samples of the intake, all or some
   * @return texts that were scored or found impossible to score
   */
  long score(Dataset<Row> samples, Part part, StageClock clock) {
    requireFewRejected(part, intake.rejected());
    long errorsBefore = counters.errors().value();
    Optional<Long> firstPending = Optional.empty();
    Optional<Failure> failure = Optional.empty();
    do {
      Dataset<Row> pending =
          store
              .pending(
                  samples,
                  part.config().signals(),
                  failure.isEmpty() ? part.config().limits().retry().statuses() : Set.of())
              .persist(StorageLevel.MEMORY_AND_DISK());
      try {
        PendingCount count = PendingCount.of(pending);
        State state = new State(count.rows(), inFlight.suspects());
        failure.ifPresent(last -> requireProgress(last, state));
        if (firstPending.isEmpty()) {
          firstPending = Optional.of(count.rows());
          clock.endStage("find-missing");
        }
        failure = round(pending, count, part, state, failure.isPresent());
      } finally {
        pending.unpersist();
      }
    } while (failure.isPresent());
    clock.endStage("score");
    long scored = firstPending.get();
    requireFewRejected(part, intake.rejected() + failed());
    if (scored > 0
        && counters.errors().value() - errorsBefore >= scored
        && (areMany(scored)
            || store.hasOnlyFailedAttempts(intake.good(), part.config().signals()))) {
      throw new ScoringFailedException(
          "none of %d samples could be scored; the table signals/ holds what each of them threw, in the column %s"
              .formatted(scored, SignalColumns.ERROR));
    }
    return scored;
  }

  /** So many samples do not fail one by one: something is wrong with all of them. */
  private boolean areMany(long samples) {
    return samples > Math.max(FEW_SAMPLES, FEW_OF_ALL * intake.samples());
  }

  /** One job; returns why it was given up, if it was. */
  private Optional<Failure> round(
      Dataset<Row> pending, PendingCount count, Part part, State state, boolean repeated) {
    long stored = part.samples() - count.rows();
    if (count.rows() == 0) {
      progress.start(PlannedWork.nothing(stored));
      progress.finish();
      return Optional.empty();
    }
    long filesBefore = counters.files().value();
    String run = UUID.randomUUID().toString().replace("-", "");
    ScoringJob job =
        new ScoringJob(spark, input, part.config(), models, store, part.planner(), counters);
    try {
      job.run(
          pending, count, stored, run, state.suspects(), inFlight.isCheap() || repeated, progress);
    } catch (Exception e) {
      requireRepeatable(e, stored);
      LOG.log(
          Level.WARNING,
          "A scoring job was given up ({0}); another one scores what it has left.",
          Errors.message(e));
      return Optional.of(new Failure(state, e));
    }
    requireReadable(pending, count.rows(), part, run, filesBefore);
    return Optional.empty();
  }

  /**
   * A wrong model stays wrong, and an interrupted run must end. A model with which nothing was ever
   * scored is the user's to mend; one that fails later may be a machine's fault.
   */
  private void requireRepeatable(Exception reason, long stored) {
    Optional<ModelException> model = Errors.find(reason, ModelException.class);
    if (model.isPresent() && stored + counters.rows().value() == 0) {
      throw model.get();
    }
    if (model.isPresent() || spark.sparkContext().isStopped()) {
      throw failed(reason);
    }
  }

  private static ScoringFailedException failed(Exception reason) {
    return new ScoringFailedException(Errors.message(reason), reason);
  }

  private static void requireProgress(Failure last, State now) {
    if (now.pending() >= last.began().pending() && now.suspects().equals(last.began().suspects())) {
      throw failed(last.reason());
    }
  }

  private void requireFewRejected(Part part, long rejected) {
    double share = part.config().limits().maxRejected();
    if (rejected > share * intake.rows()) {
      throw new InputException(
          "%,d of %,d records are rejected, more than the share of %s that max-rejected allows; see rejected/ of gateau select, or allow more"
              .formatted(rejected, intake.rows(), share));
    }
  }

  /**
   * Executors may store in a folder of their own, whose files the driver would never find. Rows are
   * counted only where files are missing: another run may have merged them.
   */
  private void requireReadable(
      Dataset<Row> pending, long rows, Part part, String run, long filesBefore) {
    if (store.files(part.config().signals(), run) >= counters.files().value() - filesBefore) {
      return;
    }
    long readable = store.count(pending, part.config().signals());
    if (readable < rows) {
      throw new InputException(
          "%d rows were counted as scored, but %d of them can be read back from %s: the executors wrote to a folder of that name that the driver does not see; name an output that all machines share, such as hdfs://, s3a:// or a shared mount, and score again"
              .formatted(rows, readable, QualifiedPath.display(store.folder().getParent())));
    }
  }
}
