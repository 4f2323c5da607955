package io.gateau.jobs;

import io.gateau.jobs.session.Sessions;
import io.gateau.jobs.settings.ConfigException;
import io.gateau.jobs.settings.Settings;
import io.gateau.jobs.step.ScoredRankings;
import io.gateau.model.Devices;
import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.pipeline.rank.strategy.RankConfig;
import io.gateau.train.FineTune;
import io.gateau.train.FineTuneStudy;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Trains a small model on each strategy's selection and compares: {@code gateau fine-tune}. */
@Command(
    name = "fine-tune",
    header = "Train a small model on what each strategy selects from a planted set, and compare.",
    description = {
      "",
      "Ranks a scored planted set by each strategy, trains the base for the same number of steps on"
          + " the top of every ranking and on the whole set, and measures recall of new planted facts"
          + " by distance. The scored folder is only read.",
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example:",
      "  gateau generate --samples 600 --seed 5 --output planted.jsonl",
      "  gateau score --input planted.jsonl --short-model embedded:short \\",
      "      --long-model embedded:long --output out/planted",
      "  gateau fine-tune --input planted.jsonl --scored out/planted --output study.csv",
    })
public final class FineTuneCommand implements Callable<Integer> {
  @Option(
      names = "--input",
      required = true,
      arity = "1..*",
      paramLabel = "PATH",
      description = "The samples that were scored.")
  private List<String> input;

  @Option(
      names = "--scored",
      required = true,
      paramLabel = "DIR",
      description = "Output folder of the gateau score or gateau run that scored them.")
  private String scored;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE",
      description = "Every run's recall, as CSV; must not exist yet.")
  private Path output;

  @Option(
      names = "--base",
      paramLabel = "DIR",
      defaultValue = "embedded:short",
      description = "Model to start from. Default: ${DEFAULT-VALUE}.")
  private String base;

  @Option(
      names = "--rope-theta",
      paramLabel = "X",
      defaultValue = "100000",
      description = "Rotary base to train with. Default: ${DEFAULT-VALUE}.")
  private double ropeTheta;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "200",
      description = "Samples that each run reads. Default: ${DEFAULT-VALUE}.")
  private int steps;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      defaultValue = "0.001",
      description = "Largest learning rate. Default: ${DEFAULT-VALUE}.")
  private double learningRate;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Runs of each arm. Default: ${DEFAULT-VALUE}.")
  private int seeds;

  @Option(
      names = "--percents",
      split = ",",
      paramLabel = "N",
      defaultValue = "10,30,50",
      description = "How much of each ranking is kept. Default: ${DEFAULT-VALUE}.")
  private List<Integer> percents;

  @Option(
      names = "--distances",
      split = ",",
      paramLabel = "N",
      defaultValue = "256,512,1024,2048,3072",
      description = "Distances at which recall is measured, in tokens. Default: ${DEFAULT-VALUE}.")
  private List<Integer> distances;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "2",
      description = "Threads of libtorch. Default: ${DEFAULT-VALUE}.")
  private int threads;

  @Override
  public Integer call() {
    if (Files.exists(output)) {
      throw new ConfigException("--output %s exists; name another file".formatted(output));
    }
    Devices.useThreads(threads);
    Path directory =
        new ModelSpec(base, ModelSpec.CONFIGURED_THETA, Dtype.FLOAT32, "cpu").directory();
    FineTune fineTune = FineTune.from(directory);
    FineTuneStudy study;
    try {
      fineTune.ropeTheta(ropeTheta).steps(steps).learningRate(learningRate).distances(distances);
      study = new FineTuneStudy(fineTune, percents, seeds);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(e.getMessage(), e);
    }
    SparkSession spark =
        Sessions.open(Settings.resolve(Map.of(), Optional.empty()), "gateau fine-tune");
    try (ScoredRankings scoredSamples = ScoredRankings.open(spark, scored, input)) {
      Map<String, List<String>> rankings = rankings(scoredSamples);
      printHead(fineTune.untrained());
      List<FineTuneStudy.Run> runs =
          study.execute(rankings, scoredSamples, FineTuneCommand::report);
      FineTuneStudy.rows(runs).forEach(FineTuneCommand::print);
      write(runs);
    } finally {
      spark.stop();
    }
    return ExitCode.DONE;
  }

  /** Every strategy's samples, best first. */
  private static Map<String, List<String>> rankings(ScoredRankings scored) {
    Map<String, List<String>> rankings = new LinkedHashMap<>();
    for (String strategy : scored.strategies()) {
      rankings.put(strategy, scored.ids(RankConfig.DEFAULT.withStrategy(strategy)));
    }
    return rankings;
  }

  private void printHead(Map<Integer, Double> untrained) {
    PrintStream out = System.out;
    out.printf("recall by distance, mean and standard deviation over %d seeds%n", seeds);
    out.printf("%-12s %4s %8s", "strategy", "%", "samples");
    untrained.keySet().forEach(distance -> out.printf("  %13d", distance));
    out.println();
    out.printf("%-12s %4s %8s", "untrained", "", "");
    untrained.values().forEach(recall -> out.printf(Locale.ROOT, "  %13.3f", recall));
    out.println();
  }

  private static void print(FineTuneStudy.Row row) {
    PrintStream out = System.out;
    out.printf("%-12s %4d %8d", row.arm(), row.percent(), row.samples());
    row.mean()
        .forEach(
            (distance, mean) ->
                out.printf(Locale.ROOT, "  %.3f +- %.3f", mean, row.spread().get(distance)));
    out.println();
  }

  private static void report(FineTuneStudy.Run run) {
    System.err.printf(
        "%s, top %d %%, seed %d: recall %s%n", run.arm(), run.percent(), run.seed(), run.recall());
  }

  private void write(List<FineTuneStudy.Run> runs) {
    String rows =
        runs.stream()
            .flatMap(
                run ->
                    run.recall().entrySet().stream()
                        .map(
                            recall ->
                                String.format(
                                    Locale.ROOT,
                                    "%s,%d,%d,%d,%d,%.4f%n",
                                    run.arm(),
                                    run.percent(),
                                    run.samples(),
                                    run.seed(),
                                    recall.getKey(),
                                    recall.getValue())))
            .collect(Collectors.joining());
    try {
      Files.writeString(
          output, "strategy,percent,samples,seed,distance,recall" + System.lineSeparator() + rows);
    } catch (IOException e) {
      throw new ConfigException(
          "--output %s cannot be written: %s".formatted(output, e.getMessage()), e);
    }
  }
}
