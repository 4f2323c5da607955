package io.gateau.train;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gateau.model.checkpoint.CheckpointTensors;
import io.gateau.model.checkpoint.CheckpointTensors.TensorName;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.model.checkpoint.SafetensorsFile;
import io.gateau.model.checkpoint.SafetensorsWriter;
import io.gateau.model.checkpoint.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The sizes of a small Llama with tied embeddings, to be trained from random weights.
 *
 * @param layers decoder layers
 * @param hiddenSize numbers of the hidden state, a multiple of twice the heads
 * @param heads query heads and as many key/value heads
 * @param feedForwardSize inner width of the feed-forward block
 * @param maxPositions longest sequence that it is trained on, in tokens; stated in config.json,
 *     without effect on the model
 * @param ropeTheta rotary base
 */
record LlamaConfig(
    int layers,
    int hiddenSize,
    int heads,
    int feedForwardSize,
    int maxPositions,
    double ropeTheta) {
  private static final double NORM_EPSILON = 1e-5;

  /** Standard deviation of the random weights, as in GPT-2. */
  private static final double INITIAL_DEVIATION = 0.02;

  LlamaConfig {
    if (layers < 1 || heads < 1 || feedForwardSize < 1 || maxPositions < 1 || !(ropeTheta > 0)) {
      throw new IllegalArgumentException("a size of the model is not positive");
    }
    if (hiddenSize < 1 || hiddenSize % (2 * heads) != 0) {
      throw new IllegalArgumentException(
          "hidden size %d is not a multiple of twice the %d heads".formatted(hiddenSize, heads));
    }
  }

  /**
   * Writes the untrained checkpoint: random weights, and a tokenizer with one token for each word.
   *
   * @param vocabulary words in the order of their ids; the first stands for unknown words
   * @param seed of the weights
   * @return {@code directory}
   * @throws ModelException if it cannot be written
   */
  Path write(Path directory, List<String> vocabulary, long seed) {
    try {
      Files.createDirectories(directory);
      Files.writeString(directory.resolve(Tokenizer.FILE), WordTokenizer.json(vocabulary));
      Files.writeString(directory.resolve(ModelConfig.FILE), config(vocabulary.size()));
      ModelConfig config = ModelConfig.read(directory);
      Random random = new Random(seed);
      Map<String, SafetensorsWriter.Values> tensors = new LinkedHashMap<>();
      Stream.concat(
              CheckpointTensors.outer(config).stream(),
              IntStream.range(0, layers)
                  .boxed()
                  .flatMap(layer -> CheckpointTensors.layer(config, layer).stream()))
          .forEach(tensor -> tensors.put(tensor.name(), initial(tensor, random)));
      SafetensorsWriter.write(directory.resolve(SafetensorsFile.FILE), tensors);
      return directory;
    } catch (IOException e) {
      throw new ModelException("%s cannot be written: %s".formatted(directory, e.getMessage()), e);
    }
  }

  /**
   * Norms are 1. The last projection of a block starts smaller, by the root of the number of
   * blocks, because the residual stream adds up all of them (GPT-2).
   */
  private SafetensorsWriter.Values initial(TensorName tensor, Random random) {
    long size = tensor.shape().stream().reduce(1L, (a, b) -> a * b);
    float[] numbers = new float[Math.toIntExact(size)];
    if (tensor.shape().size() == 1) {
      Arrays.fill(numbers, 1);
      return new SafetensorsWriter.Values(tensor.shape(), numbers);
    }
    boolean endsBlock = tensor.key().equals("o_proj") || tensor.key().equals("down_proj");
    double deviation = endsBlock ? INITIAL_DEVIATION / Math.sqrt(2 * layers) : INITIAL_DEVIATION;
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) (deviation * random.nextGaussian());
    }
    return new SafetensorsWriter.Values(tensor.shape(), numbers);
  }

  private String config(int words) {
    ObjectNode config = JsonMapper.builder().build().createObjectNode();
    config.putArray("architectures").add("LlamaForCausalLM");
    config.put("model_type", "llama");
    config.put("num_hidden_layers", layers);
    config.put("hidden_size", hiddenSize);
    config.put("num_attention_heads", heads);
    config.put("num_key_value_heads", heads);
    config.put("intermediate_size", feedForwardSize);
    config.put("vocab_size", words);
    config.put("rms_norm_eps", NORM_EPSILON);
    config.put("tie_word_embeddings", true);
    config.put("hidden_act", "silu");
    config.put("max_position_embeddings", maxPositions);
    config.put("rope_theta", ropeTheta);
    config.put("torch_dtype", "bfloat16");
    return config.toPrettyString() + "\n";
  }
}
