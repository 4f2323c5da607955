package io.gateau.pipeline;

import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.pipeline.inflight.InFlightFolder;
import io.gateau.pipeline.lease.OutputLease;
import io.gateau.pipeline.plan.PendingCost;
import io.gateau.pipeline.plan.ScoringPlan;
import io.gateau.pipeline.plan.ScoringPlanner;
import io.gateau.pipeline.plan.TaskCost;
import io.gateau.pipeline.plan.TextLengths;
import io.gateau.pipeline.progress.ScoreProgress;
import io.gateau.pipeline.read.SampleReader;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.table.TableInput;
import io.gateau.pipeline.samples.SampleTable;
import io.gateau.pipeline.signals.SignalConfig;
import io.gateau.pipeline.signals.SignalStore;
import io.gateau.score.ModelRole;
import io.gateau.score.cost.SampleCost;
import io.gateau.udf.FetchedModels;
import io.gateau.udf.TaskModels;
import java.util.EnumMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
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
      ScoringPlanner planner =
          new ScoringPlanner(spark, folder.signals(), pinned, cost(local), taskCost(local));
      return score(folder, lease, pinned, resolved, signals, planner, clock);
    }
  }

  private Result score(
      OutputFolder folder,
      OutputLease lease,
      ReadConfig pinned,
      ScoreConfig resolved,
      SignalConfig signals,
      ScoringPlanner planner,
      StageClock clock) {
    RunManifest manifest = RunManifest.of(folder);
    SignalConfig all =
        manifest.hasSignals() ? signals.withEarlier(manifest.signalConfig()) : signals;
    SignalStore store = new SignalStore(spark, folder.signals(), all);
    ReadConfig qualified = QualifiedInput.of(spark, pinned);
    folder.replaceSamples(
        SampleTable.of(SampleReader.read(spark, pinned)),
        () -> manifest.startScore(qualified, all));
    store.prepare(resolved.signals());
    ScoringPlan.deleteOld(folder.signals(), spark.sessionState().newHadoopConf());
    clock.endStage("read-input");
    store.mergeSmallFiles(resolved.signals());
    clock.endStage("merge-signals");
    InFlightFolder inFlight =
        InFlightFolder.of(folder.signals(), spark.sessionState().newHadoopConf());
    ScoringRounds rounds =
        new ScoringRounds(
            spark, pinned, resolved, signals.models(), store, planner, inFlight, progress);
    ScoringRounds.Totals totals = rounds.score(folder.samples(spark), clock);
    Result result =
        new Result(
            totals.rowsIn(),
            totals.rejected(),
            totals.stored(),
            totals.scored(),
            totals.failed(),
            totals.sequences(),
            totals.tokens());
    lease.requireHeld();
    store.mergeSmallFiles(resolved.signals());
    inFlight.clear();
    clock.endStage("merge-signals");
    folder.replaceManifest(
        manifest.finishScore(
            qualified,
            all,
            devices(resolved),
            new RunManifest.JobReport(effectiveConfig, result, clock.seconds())));
    return result;
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
}
