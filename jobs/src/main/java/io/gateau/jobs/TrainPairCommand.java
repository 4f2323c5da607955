package io.gateau.jobs;

import io.gateau.jobs.console.Durations;
import io.gateau.model.Devices;
import io.gateau.train.RecallRow;
import io.gateau.train.TrainPair;
import io.gateau.train.TrainingProgress;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Trains a pair as the embedded one was trained: {@code gateau train-pair}. */
@Command(
    name = "train-pair",
    header = "Train a small homologous pair, as the embedded one was trained, from a seed.",
    description = {
      "",
      "Writes two Hugging Face folders, short and long, and curve.csv with the losses. The same seed"
          + " and number of threads give the same bytes on one machine; the checksums are printed."
          + " The pair that comes with Gateau needs no training: its names are embedded:short and"
          + " embedded:long.",
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  gateau train-pair --output out/pair --seed 1"})
public final class TrainPairCommand implements Callable<Integer> {
  private static final Duration PAUSE = Duration.ofSeconds(10);

  @Spec private CommandSpec command;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Folder for the pair; must not hold one yet.")
  private Path output;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of the weights and the texts. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "2",
      description =
          "Threads of libtorch; another number gives other roundings. Default: ${DEFAULT-VALUE}.")
  private int threads;

  @Override
  public Integer call() {
    if (threads < 1) {
      throw new ParameterException(
          command.commandLine(),
          "threads %d is below 1; 2 made the embedded pair".formatted(threads));
    }
    PrintStream out = System.out;
    Devices.useThreads(threads);
    TrainPair.Result result =
        TrainPair.into(output).seed(seed).progress(lines(System.err)).execute();
    out.println("recall of planted facts by distance in tokens");
    out.printf(Locale.ROOT, "  %8s  %5s  %5s%n", "distance", "short", "long");
    for (RecallRow row : result.recall()) {
      out.printf(
          Locale.ROOT,
          "  %8d  %5.2f  %5.2f%n",
          row.distance(),
          row.shortRecall(),
          row.longRecall());
    }
    out.println("SHA-256");
    result.checksums().forEach((file, sum) -> out.printf("  %s  %s%n", sum, file));
    out.printf("time    %s%n", Durations.text(result.elapsed()));
    out.printf("output  %s%n", output);
    return ExitCode.DONE;
  }

  /** A line every ten seconds and at the end of a stage. */
  private static Consumer<TrainingProgress> lines(PrintStream err) {
    Duration[] next = {PAUSE};
    return point -> {
      if (point.elapsed().compareTo(next[0]) < 0 && point.step() < point.steps()) {
        return;
      }
      next[0] = point.elapsed().plus(PAUSE);
      err.printf(
          Locale.ROOT,
          "%s: step %d/%d, loss %.3f, %,d tokens, at most %s left%n",
          point.stage(),
          point.step(),
          point.steps(),
          point.loss(),
          point.tokens(),
          Durations.text(point.left()));
    };
  }
}
