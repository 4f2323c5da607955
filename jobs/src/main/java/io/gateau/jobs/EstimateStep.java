package io.gateau.jobs;

import io.gateau.bench.MemoryEstimate;
import io.gateau.bench.MemoryEstimator;
import io.gateau.jobs.console.EstimateTable;
import io.gateau.jobs.settings.InputOutputKeys;
import io.gateau.jobs.settings.Setting;
import io.gateau.jobs.settings.Settings;
import io.gateau.jobs.start.StartChecks;
import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.pipeline.ScoreConfig;
import io.gateau.pipeline.estimate.EstimateScoring;
import io.gateau.pipeline.estimate.MeasuredRate;
import io.gateau.pipeline.estimate.RateMeasurement;
import io.gateau.pipeline.estimate.ScoringEstimate;
import io.gateau.pipeline.estimate.TaskSlots;
import io.gateau.pipeline.rank.strategy.Strategies;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.score.ModelSignal;
import io.gateau.udf.FetchedModels;
import io.gateau.udf.TaskModels;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * What a scoring will cost: of the command estimate, and of run and score with {@code --dry-run}.
 *
 * @param read where the samples are and how they are read
 * @param score models, and how samples become sequences
 * @param options what else is asked
 */
record EstimateStep(ReadConfig read, ScoreConfig score, Options options) {
  /** Seconds of a measurement unless others are asked for. */
  static final int SECONDS = 10;

  /** What {@code --dry-run} does, for the help. */
  static final String DRY_RUN =
      "Only say what it will cost, as gateau estimate does; nothing is written.";

  static final String AFTER_INTERRUPTION = "Interrupted. Nothing was written.";

  /**
   * What is asked.
   *
   * @param sample share of the samples that are tokenized; empty for the default
   * @param seconds that the speed is measured for; 0 for not at all
   * @param teraflops of one device, in 10^12 per second; empty to measure
   * @param devices how many there are, each as fast as this session or as given; empty for one
   * @param price of an hour of one of them; empty if it does not matter
   */
  record Options(
      OptionalDouble sample,
      int seconds,
      OptionalDouble teraflops,
      Optional<Integer> devices,
      OptionalDouble price) {
    static final Options DEFAULT =
        new Options(
            OptionalDouble.empty(),
            SECONDS,
            OptionalDouble.empty(),
            Optional.empty(),
            OptionalDouble.empty());
  }

  /**
   * The step that settings ask for.
   *
   * @throws io.gateau.jobs.settings.ConfigException if input or a model is missing, or a value does
   *     not fit the others
   */
  static EstimateStep of(Settings settings, Options options) {
    settings.require(
        Stream.concat(Stream.of(InputOutputKeys.INPUT), settings.modelsToScore().stream())
            .toArray(Setting[]::new));
    return new EstimateStep(settings.readConfig(), settings.scoreConfig(), options);
  }

  /** The whole work of a dry run. */
  Job.Work work() {
    return new Job.Work(this::check, this::execute);
  }

  /** What can be found wrong before Spark starts: input, models. */
  void check(StartChecks checks) {
    checks.input(read);
    checks.models(score.models().values());
  }

  /** Estimates, and measures the speed of this session where that is asked for. */
  EstimateTable execute(SparkSession spark) {
    EstimateScoring action =
        EstimateScoring.on(spark).input(read).config(score.withSignals(signalsOfGivenModels()));
    options.sample().ifPresent(action::sample);
    ScoringEstimate estimate = action.execute();
    return new EstimateTable(
        estimate,
        score.signals(),
        score.scoring().maxTokens(),
        score.models().keySet(),
        memory(spark, estimate),
        speed(spark));
  }

  /** Those of all strategies, as far as their models are given. */
  private List<ModelSignal> signalsOfGivenModels() {
    return Strategies.ALL.stream()
        .flatMap(strategy -> strategy.signals().stream())
        .filter(signal -> score.models().containsKey(signal.role()))
        .distinct()
        .toList();
  }

  private List<EstimateTable.Memory> memory(SparkSession spark, ScoringEstimate estimate) {
    ScoringEstimate.Lengths lengths = estimate.lengths();
    return score.models().entrySet().stream()
        .map(
            model -> {
              ModelSpec spec =
                  TaskModels.resolveForAllTasks(
                      FetchedModels.local(model.getValue(), spark.sessionState().newHadoopConf()),
                      spark.sparkContext().conf());
              MemoryEstimate pass =
                  MemoryEstimator.of(spec.config(Checkpoint.open(spec.directory())), spec.dtype())
                      .pass(
                          Math.max(2, lengths.longest()),
                          Math.max(1, Math.min(lengths.longestResponse(), lengths.longest() - 1)));
              return new EstimateTable.Memory(
                  model.getKey(), spec.dtype().code(), pass.weights(), pass.activations());
            })
        .toList();
  }

  /** Tasks that get a GPU each are no measure for one another, so these are not measured here. */
  private Optional<EstimateTable.Speed> speed(SparkSession spark) {
    int devices = options.devices().orElse(1);
    if (options.teraflops().isPresent()) {
      return Optional.of(
          new EstimateTable.Speed(
              options.teraflops().getAsDouble() * 1e12, devices, "as given", options.price()));
    }
    if (options.seconds() == 0 || hasTasksWithGpus(spark)) {
      return Optional.empty();
    }
    int tasks = TaskSlots.of(spark.sparkContext());
    return measured(spark)
        .map(
            rate ->
                new EstimateTable.Speed(
                    rate.flopsPerSecond() * tasks,
                    devices,
                    "%d tasks of this session, measured for %d s"
                        .formatted(tasks, options.seconds()),
                    options.price()));
  }

  /** One odd sample must not cost the whole estimate. */
  private Optional<MeasuredRate> measured(SparkSession spark) {
    try {
      return RateMeasurement.of(spark, read, score, options.seconds());
    } catch (Exception e) {
      // Spark throws its own exceptions without saying so.
      System.err.println("The speed could not be measured.");
      System.err.println(Failure.of(e).message());
      return Optional.empty();
    }
  }

  private boolean hasTasksWithGpus(SparkSession spark) {
    return !spark.sparkContext().isLocal()
        && score.models().values().stream()
            .anyMatch(model -> TaskModels.tasksHaveGpus(model, spark.sparkContext().conf()));
  }
}
