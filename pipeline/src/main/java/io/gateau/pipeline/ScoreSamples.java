package io.gateau.pipeline;

import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.pipeline.candidates.Caches;
import io.gateau.pipeline.inflight.InFlightFolder;
import io.gateau.pipeline.lease.OutputLease;
import io.gateau.pipeline.plan.PendingCost;
import io.gateau.pipeline.plan.ScoringPlan;
import io.gateau.pipeline.plan.ScoringPlanner;
import io.gateau.pipeline.plan.TaskCost;
import io.gateau.pipeline.plan.TextLengths;
import io.gateau.pipeline.progress.ScoreProgress;
import io.gateau.pipeline.prune.BoundedSamples;
import io.gateau.pipeline.prune.PruneConfig;
import io.gateau.pipeline.rank.SampleRankerModel;
import io.gateau.pipeline.rank.SelectConfig;
import io.gateau.pipeline.read.SampleReader;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.table.TableInput;
import io.gateau.pipeline.samples.SampleTable;
import io.gateau.pipeline.signals.SignalColumns;
import io.gateau.pipeline.signals.SignalConfig;
import io.gateau.pipeline.signals.SignalStore;
import io.gateau.score.ModelRole;
import io.gateau.score.ModelSignal;
import io.gateau.score.SampleStatus;
import io.gateau.score.cost.SampleCost;
import io.gateau.udf.FetchedModels;
import io.gateau.udf.TaskModels;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Computes and stores the signals of every text that misses some: the expensive part of a run.
 * After a kill, a failure or a change of input, the next call computes what is missing. Beside the
 * signals it writes the narrow table of all records, so that a selection needs no texts.
 */
public final class ScoreSamples {
  private final SparkSession spark;
  private ReadConfig input;
  private ScoreConfig config;
  private String output;
  private Optional<Pruning> pruning = Optional.empty();
  private ScoreProgress progress = ScoreProgress.SILENT;
  private EffectiveConfig effectiveConfig = EffectiveConfig.NONE;

  private ScoreSamples(SparkSession spark) {
    this.spark = spark;
  }

  /** An action without input, config and output, which must be given. */
  public static ScoreSamples on(SparkSession spark) {
    return new ScoreSamples(Arguments.notNull("spark", spark));
  }

  /** The samples; required. */
  public ScoreSamples input(ReadConfig value) {
    input = Arguments.notNull("input", value);
    return this;
  }

  /** The models and how they score; required. */
  public ScoreSamples config(ScoreConfig value) {
    config = Arguments.notNull("config", value);
    return this;
  }

  /** Folder for the signals and the manifest; required. */
  public ScoreSamples output(String value) {
    output = Arguments.notNull("output", value);
    return this;
  }

  /**
   * Scores what is deferred ({@link io.gateau.pipeline.rank.strategy.Strategy.UpperBound}) only of
   * samples that this selection may select: docs/pruning.md. By default all samples are scored.
   *
   * @throws IllegalArgumentException if nothing bounds the score of the selection's strategy
   */
  public ScoreSamples prune(PruneConfig value, SelectConfig selection) {
    pruning = Optional.of(new Pruning(value, selection));
    return this;
  }

  /** What receives the progress; {@link ScoreProgress#SILENT} by default. */
  public ScoreSamples progress(ScoreProgress value) {
    progress = Arguments.notNull("progress", value);
    return this;
  }

  /** The configuration of the job, for the manifest; none by default. */
  public ScoreSamples effectiveConfig(EffectiveConfig value) {
    effectiveConfig = Arguments.notNull("effectiveConfig", value);
    return this;
  }

  /**
   * What was done.
   *
   * @param rowsIn records of the input
   * @param rejected records that are no samples
   * @param stored samples that needed no scoring: their texts were scored before, or are those of
   *     another sample
   * @param scored texts that this call scored or found impossible to score
   * @param failed those of them for which an attempt came to nothing
   * @param sequencesScored sequences that models scored: full sequences and segments
   * @param tokensScored tokens of those sequences
   */
  public record Result(
      long rowsIn,
      long rejected,
      long stored,
      long scored,
      long failed,
      long sequencesScored,
      long tokensScored) {}

  /**
   * Scores.
   *
   * @throws IllegalStateException if input, config or output is missing
   * @throws io.gateau.model.checkpoint.ModelException if a model cannot be used; nothing is written
   *     then
   * @throws InputException if the input cannot be found or the output not be used, and nothing is
   *     written; if another process uses the output; if rows were scored that cannot be read back
   *     from the output; or if more records are rejected than {@link ScoreLimits#maxRejected}
   *     allows
   * @throws ScoringFailedException if scoring began and came to no end; what was scored is stored
   */
  public Result execute() {
    requireParameters();
    StageClock clock = new StageClock();
    ReadConfig pinned = TableInput.pin(spark, input);
    ScoreConfig absolute = config.withModels(ModelSpec::absolute);
    ScoreConfig local = resolved(absolute);
    ScoreConfig resolved = absolute.withDtypesOf(local);
    SignalConfig signals =
        SignalConfig.of(
            resolved.models(), local.directories(), resolved.scoring(), resolved.signals());
    clock.endStage("fingerprint-models");
    OutputFolder folder = OutputFolder.at(spark, output);
    folder.requireApartFrom(spark, pinned);
    try (OutputLease lease = folder.lease("score")) {
      PartPlans plans =
          new PartPlans(resolved, pinned, spark, folder.signals(), cost(local), taskCost(local));
      return score(folder, lease, plans, signals, clock);
    }
  }

  private Result score(
      OutputFolder folder,
      OutputLease lease,
      PartPlans plans,
      SignalConfig signals,
      StageClock clock) {
    ScoreConfig resolved = plans.config();
    RunManifest manifest = RunManifest.of(folder);
    SignalConfig all = manifest.hasSignals() ? signals.withEarlier(manifest.allSignals()) : signals;
    SignalStore store = new SignalStore(spark, folder.signals(), all);
    ReadConfig qualified = QualifiedInput.of(spark, plans.input());
    Optional<RunManifest.Pruned> earlier = manifest.pruned();
    // A folder in which nothing was left out is not said to be pruned before something is.
    Optional<RunManifest.Pruned> starting =
        pruning.filter(part -> !manifest.hasAll(part.deferred(), all)).map(Pruning::manifest);
    folder.replaceSamples(
        SampleTable.of(SampleReader.read(spark, plans.input())),
        () -> manifest.startScore(qualified, all, starting.or(() -> earlier)));
    store.prepare(resolved.signals());
    ScoringPlan.deleteOld(folder.signals(), spark.sessionState().newHadoopConf());
    clock.endStage("read-input");
    store.mergeSmallFiles(resolved.signals());
    clock.endStage("merge-signals");
    InFlightFolder inFlight =
        InFlightFolder.of(folder.signals(), spark.sessionState().newHadoopConf());
    Dataset<Row> samples = folder.samples(spark);
    ScoringRounds.Intake intake = ScoringRounds.Intake.of(samples);
    ScoringRounds rounds =
        new ScoringRounds(
            spark, plans.input(), signals.models(), store, inFlight, progress, intake);
    long scored =
        pruning.isPresent()
            ? scorePruned(
                intake,
                store,
                rounds,
                plans,
                clock,
                part ->
                    folder.replaceManifest(
                        manifest.startScore(qualified, all, Optional.of(part.manifest()))))
            : rounds.score(intake.good(), plans.part(intake.samples(), resolved.signals()), clock);
    Result result =
        new Result(
            intake.rows(),
            intake.rejected(),
            intake.samples() - scored,
            scored,
            rounds.failed(),
            rounds.sequences(),
            rounds.tokens());
    lease.requireHeld();
    store.mergeSmallFiles(resolved.signals());
    inFlight.clear();
    clock.endStage("merge-signals");
    Optional<RunManifest.Pruned> leftOut =
        pruning.isPresent()
            ? pruning.filter(part -> part.leavesOut(intake, store)).map(Pruning::manifest)
            : earlier.filter(of -> !of.isCompletedBy(resolved.signals()));
    folder.replaceManifest(
        manifest.finishScore(
            qualified,
            all,
            leftOut,
            devices(resolved),
            new RunManifest.JobReport(effectiveConfig, result, clock.seconds())));
    return result;
  }

  private static Dataset<Row> keys(Dataset<Row> rows) {
    return rows.select(SignalColumns.CONTENT_KEY);
  }

  /**
   * First what bounds the scores, of all samples; then what is deferred, of a pilot and of samples
   * whose earlier attempt is made again; then, in rounds, of the samples that may be selected as
   * far as is known.
   *
   * @param leavesOut is told once samples miss what is deferred
   * @return texts of which anything was scored
   */
  private long scorePruned(
      ScoringRounds.Intake intake,
      SignalStore store,
      ScoringRounds rounds,
      PartPlans plans,
      StageClock clock,
      Consumer<Pruning> leavesOut) {
    Dataset<Row> samples = intake.good();
    List<ModelSignal> deferred = pruning.get().deferred();
    List<ModelSignal> first =
        plans.config().signals().stream().filter(signal -> !deferred.contains(signal)).toList();
    Set<SampleStatus> retried = plans.config().limits().retry().statuses();
    try (Caches caches = new Caches()) {
      // Texts that miss nothing but what is deferred; the others are counted with the first part.
      Dataset<Row> missingDeferred =
          caches.rows(
              keys(store.pending(samples, deferred, retried))
                  .except(keys(store.pending(samples, first, retried))));
      progress.note("Pruning: first the whole samples, which bound the scores.");
      long scored = rounds.score(samples, plans.part(intake.samples(), first), clock);
      pruning.filter(part -> part.leavesOut(intake, store)).ifPresent(leavesOut);
      BoundedSamples bounded =
          new BoundedSamples(
              samples, store, pruning.get().select(), pruning.get().config(), caches);
      long size = bounded.size();
      Dataset<Row> part = caches.rows(bounded.first(store.withStatus(deferred, retried)));
      long rows = part.count();
      String what = "which the scale is fitted on";
      for (int round = 1; rows > 0; round++) {
        progress.note(
            String.format(
                Locale.ROOT,
                "Pruning: now the segments of %,d of %,d samples, %s.",
                rows,
                size,
                what));
        clock.endStage("prune");
        long pending = rounds.score(part, plans.part(rows, deferred), clock);
        if (pending == 0 && round > 1) {
          throw new IllegalStateException("samples without segments have them stored");
        }
        part = bounded.undecided(round, caches);
        rows = part.count();
        what = "which may be selected as far as is known";
      }
      if (store.pending(bounded.samples(), deferred, Set.of()).isEmpty()) {
        // Nothing was left out. With the samples that have no bound, the folder is complete.
        Dataset<Row> others = bounded.unbounded();
        rounds.score(others, plans.part(others.count(), deferred), clock);
      }
      long scoredDeferred =
          missingDeferred.except(keys(store.pending(samples, deferred, Set.of()))).count();
      clock.endStage("prune");
      return scored + scoredDeferred;
    }
  }

  /** What a sample costs, by the configs of the models on this machine. */
  private static PendingCost cost(ScoreConfig local) {
    Map<ModelRole, ModelConfig> configs = new EnumMap<>(ModelRole.class);
    local
        .models()
        .forEach(
            (role, model) -> configs.put(role, model.config(Checkpoint.open(model.directory()))));
    return new PendingCost(
        local.signals(),
        new SampleCost(configs, local.scoring()),
        TextLengths.TYPICAL,
        local.scoring().maxTokens());
  }

  private TaskCost taskCost(ScoreConfig local) {
    boolean gpu =
        local.models().values().stream()
            .anyMatch(model -> TaskModels.tasksHaveGpus(model, spark.sparkContext().conf()));
    return new TaskCost(gpu, spark.sparkContext().defaultParallelism());
  }

  private static Map<ModelRole, String> devices(ScoreConfig config) {
    Map<ModelRole, String> devices = new EnumMap<>(ModelRole.class);
    config.models().forEach((role, model) -> devices.put(role, model.device()));
    return devices;
  }

  private void requireParameters() {
    Arguments.required("input", "readConfig", input);
    Arguments.required("config", "scoreConfig", config);
    Arguments.required("output", "path", output);
  }

  /** The config with models of this machine, and with dtypes that all tasks can use. */
  private ScoreConfig resolved(ScoreConfig absolute) {
    Configuration hadoop = spark.sessionState().newHadoopConf();
    return absolute.withModels(
        model ->
            TaskModels.resolveForAllTasks(
                FetchedModels.local(model, hadoop), spark.sparkContext().conf()));
  }

  /**
   * A selection for which only a part of the signals is scored of some samples.
   *
   * @param select what is selected
   */
  private record Pruning(PruneConfig config, SelectConfig select) {
    Pruning {
      SampleRankerModel.upperBound(select.rank());
    }

    List<ModelSignal> deferred() {
      return SampleRankerModel.upperBound(select.rank()).deferred();
    }

    /** Whether some samples miss what is deferred. */
    boolean leavesOut(ScoringRounds.Intake intake, SignalStore store) {
      return !store.pending(intake.good(), deferred(), Set.of()).isEmpty();
    }

    RunManifest.Pruned manifest() {
      return new RunManifest.Pruned(
          config.pilot(), deferred().stream().map(ModelSignal::name).toList());
    }
  }

  /** Plans the scoring of parts of the signals. */
  private record PartPlans(
      ScoreConfig config,
      ReadConfig input,
      SparkSession spark,
      Path signals,
      PendingCost cost,
      TaskCost taskCost) {
    ScoringRounds.Part part(long samples, List<ModelSignal> of) {
      return new ScoringRounds.Part(
          samples,
          config.withSignals(of),
          new ScoringPlanner(spark, signals, input, cost.withSignals(of), taskCost));
    }
  }
}
