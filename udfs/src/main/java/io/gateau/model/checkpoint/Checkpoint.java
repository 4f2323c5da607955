package io.gateau.model.checkpoint;

import io.gateau.model.checkpoint.CheckpointTensors.TensorName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * A Hugging Face model directory whose files are complete: config.json, safetensors in one file or
 * in shards, tokenizer.json. Opening it reads headers only, no weights.
 */
public final class Checkpoint {
  private static final Pattern HUB_NAME = Pattern.compile("\\w[\\w.-]*/\\w[\\w.-]*");

  private final Path directory;
  private final ConfigFile configFile;
  private final ModelConfig config;
  private final SafetensorsShards shards;

  private Checkpoint(
      Path directory, ConfigFile configFile, ModelConfig config, SafetensorsShards shards) {
    this.directory = directory;
    this.configFile = configFile;
    this.config = config;
    this.shards = shards;
  }

  /**
   * Opens a directory and checks that it holds every tensor of its family in the right shape, and
   * no other, and that the embedding has a row for every token of the tokenizer.
   *
   * @throws ModelException naming the file and the tensor if not
   */
  public static Checkpoint open(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new ModelException(
          "model directory %s %s; give the folder that holds config.json%s"
              .formatted(
                  directory,
                  Files.exists(directory) ? "is a file" : "does not exist",
                  hubHint(directory)));
    }
    ConfigFile configFile = ConfigFile.read(directory.resolve(ModelConfig.FILE));
    ModelConfig config = ModelConfig.read(configFile, RopeScalingOverride.CONFIGURED);
    SafetensorsShards shards = SafetensorsShards.open(directory);
    if (!Files.isRegularFile(directory.resolve(Tokenizer.FILE))) {
      throw new ModelException(
          "%s does not exist; save it with the fast tokenizer of the Hugging Face library"
              .formatted(directory.resolve(Tokenizer.FILE)));
    }
    TensorCheck.check(directory, shards, config);
    checkTokenizer(directory, config);
    return new Checkpoint(directory, configFile, config, shards);
  }

  /** How to fetch a model if the directory looks like the name of one on the Hugging Face hub. */
  private static String hubHint(Path directory) {
    return !Files.exists(directory) && HUB_NAME.matcher(directory.toString()).matches()
        ? ". If it is a model of the Hugging Face hub, fetch it first: hf download %s --local-dir models/%s (huggingface-cli download in older versions), and give models/%s"
            .formatted(directory, directory.getFileName(), directory.getFileName())
        : "";
  }

  private static void checkTokenizer(Path directory, ModelConfig config) {
    int largest = Tokenizer.largestToken(directory);
    if (largest >= config.vocabularySize() + config.family().tokensWithoutEmbedding()) {
      throw new ModelException(
          "%s has token %d, but vocab_size in %s is %d (tokens 0 to %d); use the tokenizer that belongs to this model"
              .formatted(
                  directory.resolve(Tokenizer.FILE),
                  largest,
                  ModelConfig.FILE,
                  config.vocabularySize(),
                  config.vocabularySize() - 1));
    }
  }

  /** The directory that was opened. */
  public Path directory() {
    return directory;
  }

  /** The model as config.json describes it. */
  public ModelConfig config() {
    return config;
  }

  /**
   * The model with another rotary scaling in place of config.json's.
   *
   * @throws ModelException if the scaling does not fit this model
   */
  public ModelConfig config(RopeScalingOverride scaling) {
    return scaling.isConfigured() ? config : ModelConfig.read(configFile, scaling);
  }

  /**
   * The dtype that {@code auto} means for this model. On a GPU it is the one that config.json names
   * or, if it names none, the one that the weights are stored in. On a CPU it is float32, but
   * bfloat16 if the model is published in it and the CPU has instructions for it. Weights that are
   * stored in float32 stay in float32 on a CPU, whatever config.json says.
   *
   * @throws ModelException if config.json names a dtype other than float32, bfloat16 and float16
   */
  public Dtype defaultDtype(Processor processor) {
    return DefaultDtype.of(configFile, shards.storedDtypes(), processor);
  }

  /** The file that holds a tensor of {@link #config}. */
  public SafetensorsFile fileOf(TensorName tensor) {
    return shards.fileOf(tensor.name()).orElseThrow();
  }

  /**
   * SHA-256 over the architecture, every byte of the weights and the tokenizer, in hexadecimal
   * digits: two directories with the same fingerprint give the same signals, wherever they are.
   */
  public String fingerprint() {
    List<Path> files = new ArrayList<>(shards.paths());
    files.add(directory.resolve(Tokenizer.FILE));
    MessageDigest digest = DigestUtils.getSha256Digest();
    digest.update(ArchitectureText.of(config).getBytes(StandardCharsets.UTF_8));
    files.parallelStream().map(FileDigests::sha256).forEachOrdered(digest::update);
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * SHA-256 of tokenizer.json in hexadecimal digits: equal for two models that give a text the same
   * tokens.
   */
  public String tokenizerDigest() {
    return HexFormat.of().formatHex(FileDigests.sha256(directory.resolve(Tokenizer.FILE)));
  }
}
