package io.gateau.jobs;

import io.gateau.bench.MemoryEstimate;
import io.gateau.bench.MemoryEstimator;
import io.gateau.bench.MemoryMeasurement;
import io.gateau.bench.ModelShape;
import io.gateau.bench.ResidentMemory;
import io.gateau.jobs.settings.ResolvedDtypeConverter;
import io.gateau.model.Bytes;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.ModelConfig;
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

/** Prints the memory that a model needs: {@code gateau memory}. */
@Command(
    name = "memory",
    header = "Print how much memory a model and its passes need, by the plan that batches keep to.",
    description = {
      "",
      "One line per model, dtype and length of a sequence: weights, peak of the activations in"
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
      converter = ResolvedDtypeConverter.class,
      description = "Dtypes. Default: bfloat16,float32.")
  private List<Dtype> dtypes = List.of(Dtype.BFLOAT16, Dtype.FLOAT32);

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
      description = "Only the first N layers; 0: all.")
  private int layers;

  @Option(names = "--measure", description = "Run it too, with random weights.")
  private boolean measure;

  @Option(
      names = "--loop",
      paramLabel = "PASSES",
      defaultValue = "0",
      description = "Run N passes and print resident memory on the way.")
  private int loop;

  @Override
  public Integer call() {
    PrintWriter out = command.commandLine().getOut();
    for (int length : tokens) {
      if (responseTokens < 1 || responseTokens >= length) {
        throw new ParameterException(
            command.commandLine(),
            ("%d response tokens do not fit into a sequence of %d; at least one is scored and one"
                    + " precedes it: use other --tokens or --response-tokens")
                .formatted(responseTokens, length));
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
      for (Dtype dtype : dtypes) {
        printLines(model, config, dtype, out);
      }
    }
    out.flush();
    return ExitCode.DONE;
  }

  private void printLines(String model, ModelConfig config, Dtype dtype, PrintWriter out) {
    MemoryEstimator estimator = MemoryEstimator.of(config, dtype);
    for (int length : tokens) {
      MemoryEstimate estimate = estimator.pass(length, responseTokens);
      out.printf(
          Locale.ROOT,
          "%-24s %-9s %,9d %10s %12s %,10d B %12s  %s%n",
          model,
          dtype.code(),
          length,
          Bytes.text(estimate.weights()),
          Bytes.text(estimate.activations()),
          estimate.activationsPerToken(),
          measure ? measured(config, dtype, length) : "",
          estimate.stage());
      if (loop > 0) {
        printLoop(config, dtype, length, out);
      }
      out.flush();
    }
  }

  private String measured(ModelConfig config, Dtype dtype, int length) {
    return Bytes.text(MemoryMeasurement.pass(config, dtype, length, responseTokens));
  }

  /** Resident memory over many passes, and what stays of it once the model is closed. */
  private void printLoop(ModelConfig config, Dtype dtype, int length, PrintWriter out) {
    int passes = loop / WINDOWS;
    ResidentMemory resident =
        MemoryMeasurement.loop(config, dtype, length, responseTokens, WINDOWS, passes);
    for (int window = 0; window < resident.windows().size(); window++) {
      out.printf(
          "  after %,6d passes: %s%n", window * passes, Bytes.text(resident.windows().get(window)));
    }
    out.printf(
        "  closed: %s, before it was opened: %s%n",
        Bytes.text(resident.after()), Bytes.text(resident.before()));
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
          "model %s is neither a folder nor a shape; use one of %s"
              .formatted(folder, ModelShape.codes()));
    }
    return ModelConfig.read(Path.of(folder));
  }
}
