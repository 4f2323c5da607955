package io.gateau.jobs.generate;

import io.gateau.jobs.settings.ConfigException;
import io.gateau.jobs.settings.ResolvedDtypeConverter;
import io.gateau.jobs.settings.Settings;
import io.gateau.model.Devices;
import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.planted.real.RealConfig;
import io.gateau.score.PromptTemplate;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** Flags for samples from real documents. */
public final class RealTextFlags {
  private static final String FROM = "--from";
  private static final String MODEL = "--long-model";
  private static final String LOSS = "--known-loss";
  private static final String DTYPE = "--dtype";
  private static final String DEVICE = "--device";
  private static final String CONFIG = "--config";

  @Option(
      names = FROM,
      paramLabel = "PATH",
      arity = "1..*",
      description =
          "Take questions and documents from these records of questions and answers instead: files,"
              + " folders or globs of JSON lines, JSON or Parquet, in any shape that gateau run"
              + " reads. They are held in memory.")
  private List<String> from = List.of();

  @Option(
      names = MODEL,
      paramLabel = "DIR",
      description =
          "With --from: the long model of the pair. It counts the tokens, and measures which answers"
              + " are known without a document; without it there are no parametric samples, and"
              + " tokens are words and signs.")
  private Optional<String> longModel = Optional.empty();

  @Option(
      names = LOSS,
      paramLabel = "NATS",
      description =
          "An answer is known if its mean loss given the question alone is this or less. Default:"
              + " ${DEFAULT-VALUE}.")
  private double knownLoss = RealConfig.KNOWN_LOSS;

  @Option(
      names = DTYPE,
      paramLabel = "TYPE",
      converter = ResolvedDtypeConverter.class,
      description = "Dtype of --long-model. Default: float32.")
  private Dtype dtype = Dtype.FLOAT32;

  @Option(
      names = DEVICE,
      paramLabel = "DEVICE",
      description =
          "Where --long-model runs: auto, cpu, cuda or cuda:N. Default: ${DEFAULT-VALUE}.")
  private String device = Devices.AUTO;

  @Option(
      names = CONFIG,
      paramLabel = "FILE",
      description =
          "YAML file of settings, of which score.template is used: the text around question and"
              + " answer, as --long-model knows it. Give the same file to gateau score.")
  private Optional<Path> config = Optional.empty();

  /** Whether samples are to come from real documents. */
  public boolean areGiven() {
    return !from.isEmpty();
  }

  /**
   * Checks that no flag stands beside those that it has no meaning with.
   *
   * @param invented flags that are about invented facts
   * @throws ConfigException naming the flag
   */
  public void check(ParseResult parsed, List<String> invented) {
    if (areGiven()) {
      refuse(parsed, invented, "is about invented facts; leave it out beside " + FROM);
      if (longModel.isEmpty()) {
        refuse(parsed, List.of(LOSS, DTYPE, DEVICE, CONFIG), "needs " + MODEL);
      }
    } else {
      refuse(parsed, List.of(MODEL, LOSS, DTYPE, DEVICE, CONFIG), "needs " + FROM);
    }
  }

  private static void refuse(ParseResult parsed, List<String> flags, String why) {
    flags.stream()
        .filter(parsed::hasMatchedOption)
        .findFirst()
        .ifPresent(
            flag -> {
              throw new ConfigException(flag + " " + why);
            });
  }

  List<String> from() {
    return from;
  }

  /** Up to which loss an answer is known. */
  public double knownLoss() {
    return knownLoss;
  }

  PromptTemplate template() {
    return Settings.resolve(Map.of(), config).template();
  }

  /** Whether a model measures what is known. */
  public boolean measures() {
    return longModel.isPresent();
  }

  /**
   * The model that measures.
   *
   * @throws IllegalArgumentException if the device has no such name
   */
  Optional<ModelSpec> model() {
    return longModel.map(path -> new ModelSpec(path, ModelSpec.CONFIGURED_THETA, dtype, device));
  }
}
