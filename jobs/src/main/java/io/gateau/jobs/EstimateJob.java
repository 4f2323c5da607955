package io.gateau.jobs;

import io.gateau.jobs.console.EstimateTable;
import io.gateau.jobs.json.EstimateFile;
import io.gateau.jobs.settings.ConfigException;
import io.gateau.jobs.settings.Section;
import io.gateau.jobs.settings.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says what a scoring will cost: {@code gateau estimate}. */
@Command(
    name = "estimate",
    header = "Say what scoring will cost before it is begun: rows, tokens, memory, hours, price.",
    description = {
      "",
      "Reads the input once and tokenizes it; nothing is written. Takes the flags of gateau score."
          + " Signals that are stored already are not looked for: a run that goes on costs less."
          + " The speed is measured by scoring a few samples for some seconds on the tasks of this"
          + " session, or given with --tflops for machines that are not at hand."
    },
    customSynopsis = "gateau estimate --input PATH... --short-model DIR --long-model DIR [OPTIONS]",
    footer = {
      "",
      "Examples:",
      "  gateau estimate --input samples.jsonl --short-model models/4k --long-model models/64k",
      "  gateau estimate --input 'data/*.jsonl' --short-model models/4k --long-model models/64k \\",
      "      --sample 0.01 --tflops 400 --devices 8 --price 2.50",
    })
public final class EstimateJob extends Job {
  @Option(
      names = "--sample",
      paramLabel = "SHARE",
      description =
          "Share of the samples that are tokenized, more than 0, 1 at most. Default: 1, and less of"
              + " an input of more than 256 MiB.",
      order = 0)
  private Optional<Double> sample = Optional.empty();

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "How long the speed is measured; 0: not at all. Default: ${DEFAULT-VALUE}.",
      order = 1)
  private int seconds = EstimateStep.SECONDS;

  @Option(
      names = "--tflops",
      paramLabel = "N",
      description =
          "Speed of one device in 10^12 operations per second, in place of a measurement. gateau"
              + " bench prints that of a machine.",
      order = 2)
  private Optional<Double> teraflops = Optional.empty();

  @Option(
      names = "--devices",
      paramLabel = "N",
      description =
          "How many machines or GPUs score at the same time, each as fast as --tflops says or as"
              + " this session with all its tasks. Default: 1.",
      order = 3)
  private Optional<Integer> devices = Optional.empty();

  @Option(
      names = "--price",
      paramLabel = "AMOUNT",
      description = "Price of an hour of one of these, in any currency.",
      order = 4)
  private Optional<Double> price = Optional.empty();

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the numbers to this file too.",
      order = 5)
  private Optional<Path> json = Optional.empty();

  public static void main(String[] args) {
    Job.main(new EstimateJob(), args);
  }

  @Override
  public List<Section> sections() {
    return List.of(Section.INPUT, Section.READING, Section.MODELS, Section.SCORING, Section.SPARK);
  }

  @Override
  Work plan(Settings settings) {
    EstimateStep step = EstimateStep.of(settings, options());
    return new Work(
        step::check,
        spark -> {
          EstimateTable table = step.execute(spark);
          json.ifPresent(file -> EstimateFile.write(file, table));
          return table;
        });
  }

  private EstimateStep.Options options() {
    positive("--sample", sample, 1);
    positive("--tflops", teraflops, Double.MAX_VALUE);
    positive("--devices", devices.map(Integer::doubleValue), Integer.MAX_VALUE);
    positive("--price", price, Double.MAX_VALUE);
    if (seconds < 0) {
      throw new ConfigException("--seconds is %d; use 0 or more".formatted(seconds));
    }
    return new EstimateStep.Options(
        optional(sample), seconds, optional(teraflops), devices, optional(price));
  }

  private static OptionalDouble optional(Optional<Double> value) {
    return value.map(OptionalDouble::of).orElse(OptionalDouble.empty());
  }

  private static void positive(String flag, Optional<Double> value, double most) {
    if (value.isPresent() && !(value.get() > 0 && value.get() <= most)) {
      throw new ConfigException(
          "%s is %s; it must be more than 0%s"
              .formatted(flag, value.get(), most == 1 ? ", and 1 at most" : ""));
    }
  }

  @Override
  String afterInterruption(Settings settings) {
    return EstimateStep.AFTER_INTERRUPTION;
  }
}
