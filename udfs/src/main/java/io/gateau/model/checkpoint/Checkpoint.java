package io.gateau.model.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.gateau.model.checkpoint.CheckpointTensors.TensorName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A Hugging Face model directory whose files have been found whole: config.json, safetensors in one
 * file or in shards, tokenizer.json. Opening it reads headers only, no weights.
 */
public final class Checkpoint {
  public static final String WEIGHTS_FILE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";

  private final Path directory;
  private final ConfigFile configFile;
  private final ModelConfig config;
  private final Map<String, SafetensorsFile> fileOf;
  private final List<Path> files;

  private Checkpoint(
      Path directory,
      ConfigFile configFile,
      ModelConfig config,
      Map<String, SafetensorsFile> fileOf,
      List<Path> files) {
    this.directory = directory;
    this.configFile = configFile;
    this.config = config;
    this.fileOf = fileOf;
    this.files = files;
  }

  /**
   * Opens a directory and checks that every tensor of its family is there in the right shape, and
   * no other, and that the embedding has a row for every token of the tokenizer.
   *
   * @throws ModelException naming the file and the tensor if not
   */
  public static Checkpoint open(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new ModelException(
          "model directory "
              + directory
              + (Files.exists(directory) ? " is a file" : " does not exist")
              + "; give the folder that holds config.json");
    }
    ConfigFile configFile = ConfigFile.read(directory.resolve(ModelConfig.FILE));
    ModelConfig config = ModelConfig.read(configFile, RopeScalingOverride.CONFIGURED);
    List<Path> shards = shards(directory);
    Map<String, SafetensorsFile> fileOf = new HashMap<>();
    for (Path shard : shards) {
      SafetensorsFile file = SafetensorsFile.open(shard);
      for (String tensor : file.tensors().keySet()) {
        SafetensorsFile other = fileOf.put(tensor, file);
        if (other != null) {
          throw new ModelException(
              shard
                  + ": tensor "
                  + tensor
                  + " is also in "
                  + other.path().getFileName()
                  + "; only one of them can be meant, so save or download the model again");
        }
      }
    }
    if (!Files.isRegularFile(directory.resolve(Tokenizer.FILE))) {
      throw new ModelException(
          directory.resolve(Tokenizer.FILE)
              + " does not exist; save it with the fast tokenizer of the Hugging Face library");
    }
    List<Path> files = new ArrayList<>(shards);
    files.add(directory.resolve(Tokenizer.FILE));
    Checkpoint checkpoint = new Checkpoint(directory, configFile, config, fileOf, files);
    checkpoint.checkTensors();
    checkpoint.checkTokenizer();
    return checkpoint;
  }

  public Path directory() {
    return directory;
  }

  public ModelConfig config() {
    return config;
  }

  /**
   * The config of this model with another rotary scaling in place of config.json's.
   *
   * @throws ModelException if the scaling does not go with this model
   */
  public ModelConfig config(RopeScalingOverride scaling) {
    return scaling.isConfigured() ? config : ModelConfig.read(configFile, scaling);
  }

  /**
   * What dtype {@code auto} means for this model: on a GPU what config.json says or, where it is
   * silent, what the weights are stored as; on a CPU float32, but bfloat16 where the model is
   * published in it and the CPU has instructions for it. Weights that are stored as float32 stay so
   * on a CPU, whatever config.json says.
   *
   * @throws ModelException if config.json names another type than the three there are
   */
  public Dtype defaultDtype(Processor processor) {
    Dtype stored = storedType();
    Dtype published = statedType().orElse(stored);
    return switch (processor) {
      case GPU -> published;
      case CPU -> Dtype.FLOAT32;
      case CPU_WITH_BFLOAT16 ->
          published == Dtype.BFLOAT16 && stored != Dtype.FLOAT32 ? Dtype.BFLOAT16 : Dtype.FLOAT32;
    };
  }

  private Optional<Dtype> statedType() {
    String stated =
        configFile.text("dtype", configFile.text("torch_dtype", "")).replace("torch.", "");
    if (stated.isEmpty() || stated.equals("auto")) {
      return Optional.empty();
    }
    return Optional.of(
        Arrays.stream(Dtype.values())
            .filter(type -> type.isResolved() && type.code().equals(stated))
            .findFirst()
            .orElseThrow(
                () ->
                    configFile.wrong(
                        configFile.has("dtype") ? "dtype" : "torch_dtype",
                        "dtype auto goes by it, so give --dtype float32, bfloat16 or float16")));
  }

  /** The widest type that a tensor of the checkpoint is stored as. */
  private Dtype storedType() {
    Set<SafetensorsFile.StoredDtype> types = EnumSet.noneOf(SafetensorsFile.StoredDtype.class);
    fileOf.forEach((name, file) -> types.add(file.tensors().get(name).dtype()));
    if (types.contains(SafetensorsFile.StoredDtype.F32) || types.size() != 1) {
      return Dtype.FLOAT32;
    }
    return types.contains(SafetensorsFile.StoredDtype.BF16) ? Dtype.BFLOAT16 : Dtype.FLOAT16;
  }

  public SafetensorsFile fileOf(TensorName tensor) {
    return fileOf.get(tensor.name());
  }

  /**
   * SHA-256 over the architecture, every byte of the weights and the tokenizer: two directories
   * with the same fingerprint give the same signals, wherever they lie.
   */
  public String fingerprint() {
    MessageDigest digest = FileDigests.sha256();
    digest.update(config.toString().getBytes(StandardCharsets.UTF_8));
    files.parallelStream().map(FileDigests::of).forEachOrdered(digest::update);
    return HexFormat.of().formatHex(digest.digest());
  }

  /** SHA-256 of tokenizer.json: equal for two models that read the same tokens. */
  public String tokenizerDigest() {
    return HexFormat.of().formatHex(FileDigests.of(directory.resolve(Tokenizer.FILE)));
  }

  private void checkTensors() {
    Map<String, TensorName> expected = new TreeMap<>();
    Stream.concat(
            CheckpointTensors.outer(config).stream(),
            Stream.iterate(0, layer -> layer + 1)
                .limit(config.layers())
                .flatMap(layer -> CheckpointTensors.layer(config, layer).stream()))
        .forEach(tensor -> expected.put(tensor.name(), tensor));
    for (TensorName tensor : expected.values()) {
      SafetensorsFile file = fileOf.get(tensor.name());
      if (file == null) {
        throw new ModelException(
            directory
                + ": tensor "
                + tensor.name()
                + " is missing from "
                + names(files.subList(0, files.size() - 1))
                + "; download or save the model again, with the config.json that belongs to it");
      }
      List<Long> shape = file.tensors().get(tensor.name()).shape();
      if (!shape.equals(tensor.shape())) {
        throw new ModelException(
            file.path()
                + ": tensor "
                + tensor.name()
                + " has shape "
                + shape
                + " where config.json asks for "
                + tensor.shape()
                + "; use the config.json that belongs to these weights");
      }
    }
    TreeSet<String> unknown = new TreeSet<>(fileOf.keySet());
    unknown.removeAll(expected.keySet());
    unknown.removeIf(tensor -> CheckpointTensors.mayBeIgnored(tensor, config));
    if (!unknown.isEmpty()) {
      throw new ModelException(
          fileOf.get(unknown.first()).path()
              + ": tensor "
              + unknown.first()
              + " is not part of a "
              + config.family()
              + " decoder ("
              + unknown.size()
              + " unknown in all); ignoring it would change the numbers, so only plain "
              + config.family().architecture()
              + " checkpoints are read");
    }
  }

  private void checkTokenizer() {
    int largest = Tokenizer.largestToken(directory);
    if (largest >= config.vocabularySize() + config.family().tokensWithoutEmbedding()) {
      throw new ModelException(
          directory.resolve(Tokenizer.FILE)
              + " has token "
              + largest
              + ", but vocab_size in "
              + ModelConfig.FILE
              + " is "
              + config.vocabularySize()
              + " (tokens 0 to "
              + (config.vocabularySize() - 1)
              + "); use the tokenizer that belongs to this model");
    }
  }

  private static List<Path> shards(Path directory) {
    Path index = directory.resolve(INDEX);
    if (Files.isRegularFile(directory.resolve(WEIGHTS_FILE))) {
      return List.of(directory.resolve(WEIGHTS_FILE));
    }
    if (!Files.isRegularFile(index)) {
      throw new ModelException(
          directory
              + " has neither "
              + WEIGHTS_FILE
              + " nor "
              + INDEX
              + picklesIn(directory)
                  .orElse("; give a Hugging Face directory that holds the weights"));
    }
    TreeSet<String> names = new TreeSet<>();
    try {
      JsonNode map =
          JsonMapper.builder().build().readTree(Files.readString(index)).path("weight_map");
      map.forEach(name -> names.add(name.asText()));
    } catch (JsonProcessingException e) {
      throw new ModelException(
          index + " is not valid JSON: " + e.getOriginalMessage() + "; download it again", e);
    } catch (IOException e) {
      throw new ModelException(index + " cannot be read: " + e.getMessage(), e);
    }
    List<Path> shards = new ArrayList<>();
    for (String name : names) {
      if (!isFileName(name) || !Files.isRegularFile(directory.resolve(name))) {
        throw new ModelException(
            index
                + " names "
                + name
                + ", which is not in "
                + directory
                + "; download the missing file into it");
      }
      shards.add(directory.resolve(name));
    }
    if (shards.isEmpty()) {
      throw new ModelException(index + " names no files under weight_map; download it again");
    }
    return shards;
  }

  /** Whether it names an entry of the directory, and nothing below or outside it. */
  private static boolean isFileName(String name) {
    try {
      Path path = Path.of(name);
      return !path.isAbsolute() && path.getNameCount() == 1 && path.equals(path.getFileName());
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static Optional<String> picklesIn(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      List<Path> pickles =
          entries
              .filter(entry -> entry.getFileName().toString().matches(".*\\.(bin|pt|pth|pkl|ckpt)"))
              .sorted()
              .toList();
      return pickles.isEmpty()
          ? Optional.empty()
          : Optional.of(
              "; it has "
                  + names(pickles)
                  + ", a pickle, which can run code when it is read and is never opened here:"
                  + " save the model again with safe_serialization=True");
    } catch (IOException e) {
      throw new ModelException(directory + " cannot be listed: " + e.getMessage(), e);
    }
  }

  private static String names(List<Path> paths) {
    return String.join(
        ", ", new TreeSet<>(paths.stream().map(path -> path.getFileName().toString()).toList()));
  }
}
