package io.gateau.jobs;

import io.gateau.bench.MemoryMeasurement;
import io.gateau.bench.ModelShape;
import io.gateau.bench.RandomModel;
import io.gateau.jobs.settings.ConcreteType;
import io.gateau.model.Bytes;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.decoder.Decoder;
import io.gateau.model.decoder.MemoryPlan;
import io.gateau.model.decoder.MemoryPlanner;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What a model needs, without running it: {@code gateau memory}. */
@Command(
    name = "memory",
    header = "Print how much memory a model and its passes need, by the plan that batches keep to.",
    description = {
      "",
      "One line per model, number type and length of a sequence: weights, peak of the activations in"
          + " one pass, bytes per token. With --measure a model of that shape with random weights is"
          + " run on this machine's CPU, and the measured peak stands beside the plan.",
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  gateau memory --model llama-3-8b --tokens 65536,131072 --dtype bfloat16",
      "  gateau memory --model models/64k --tokens 65536",
      "  gateau memory --model small --tokens 4096,16384,32768 --measure",
      "  gateau memory --model small --layers 1 --tokens 256 --loop 2000",
    })
public final class MemoryCommand implements Callable<Integer> {
  private static final int WINDOWS = 10;

  @Spec private CommandSpec command;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      split = ",",
      description =
          "Hugging Face folders, or shapes: llama-2-7b, llama-3-8b, llama-3-70b, small. Default:"
              + " the first three.")
  private List<String> models = List.of("llama-2-7b", "llama-3-8b", "llama-3-70b");

  @Option(
      names = "--tokens",
      paramLabel = "N",
      split = ",",
      description = "Lengths of sequences. Default: 65536,131072.")
  private List<Integer> tokens = List.of(65_536, 131_072);

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      split = ",",
      converter = ConcreteType.class,
      description = "Number types. Default: bfloat16,float32.")
  private List<Dtype> types = List.of(Dtype.BFLOAT16, Dtype.FLOAT32);

  @Option(
      names = "--response-tokens",
      paramLabel = "N",
      defaultValue = "128",
      description = "Scored tokens at the end of a sequence. Default: ${DEFAULT-VALUE}.")
  private int responseTokens;

  @Option(
      names = "--layers",
      paramLabel = "N",
      defaultValue = "0",
      description = "Only so many of the layers; 0: all.")
  private int layers;

  @Option(names = "--measure", description = "Run it too, with random weights.")
  private boolean measure;

  @Option(
      names = "--loop",
      paramLabel = "PASSES",
      defaultValue = "0",
      description = "Run so many passes and print resident memory on the way.")
  private int loop;

  @Override
  public Integer call() {
    PrintWriter out = command.commandLine().getOut();
    for (int length : tokens) {
      if (responseTokens < 1 || responseTokens >= length) {
        throw new ParameterException(
            command.commandLine(),
            responseTokens
                + " response tokens do not fit into a sequence of "
                + length
                + "; at least one is scored and one precedes it: use other --tokens or"
                + " --response-tokens");
      }
    }
    out.printf(
        Locale.ROOT,
        "%-24s %-9s %9s %10s %12s %12s %12s  %s%n",
        "model",
        "dtype",
        "tokens",
        "weights",
        "activations",
        "per token",
        "measured",
        "fullest at");
    for (String model : models) {
      ModelConfig config = config(model);
      for (Dtype type : types) {
        lines(model, config, type, out);
      }
    }
    out.flush();
    return ExitCode.DONE;
  }

  private void lines(String model, ModelConfig config, Dtype type, PrintWriter out) {
    MemoryPlanner planner = MemoryPlanner.of(config, type);
    for (int length : tokens) {
      MemoryPlan plan = planner.pass(1, length, responseTokens);
      out.printf(
          Locale.ROOT,
          "%-24s %-9s %,9d %10s %12s %,10d B %12s  %s%n",
          model,
          type.code(),
          length,
          Bytes.text(planner.weights()),
          Bytes.text(plan.bytes()),
          plan.bytes() / length,
          measure ? measured(config, type, length) : "",
          plan.stage());
      if (loop > 0) {
        looped(config, type, length, out);
      }
      out.flush();
    }
  }

  private String measured(ModelConfig config, Dtype type, int length) {
    try (RandomModel model = new RandomModel(config, type, "cpu")) {
      return Bytes.text(MemoryMeasurement.pass(model.decoder(), length, responseTokens));
    }
  }

  /** Resident memory over many passes, and what closing the model gives back. */
  private void looped(ModelConfig config, Dtype type, int length, PrintWriter out) {
    long before = MemoryMeasurement.resident();
    try (RandomModel model = new RandomModel(config, type, "cpu")) {
      Decoder decoder = model.decoder();
      List<Long> resident =
          MemoryMeasurement.loop(decoder, length, responseTokens, WINDOWS, loop / WINDOWS);
      for (int window = 0; window < resident.size(); window++) {
        out.printf(
            "  after %,6d passes: %s%n",
            window * (loop / WINDOWS), Bytes.text(resident.get(window)));
      }
    }
    out.printf(
        "  closed: %s, before it was opened: %s%n",
        Bytes.text(MemoryMeasurement.resident()), Bytes.text(before));
  }

  private ModelConfig config(String model) {
    ModelConfig config =
        Arrays.stream(ModelShape.values())
            .filter(shape -> shape.code().equals(model))
            .findFirst()
            .map(ModelShape::config)
            .orElseGet(() -> configOf(model));
    return layers == 0 ? config : config.withLayers(layers);
  }

  private ModelConfig configOf(String folder) {
    if (!Files.isDirectory(Path.of(folder))) {
      throw new ParameterException(
          command.commandLine(),
          "model " + folder + " is neither a folder nor a shape; use one of " + ModelShape.codes());
    }
    return ModelConfig.read(Path.of(folder));
  }
}
