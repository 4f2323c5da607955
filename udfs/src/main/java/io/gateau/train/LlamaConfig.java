package io.gateau.train;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.CheckpointTensors;
import io.gateau.model.checkpoint.CheckpointTensors.TensorName;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.checkpoint.ModelException;
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
 * The sizes of a small Llama with tied embeddings that is to be trained from nothing.
 *
 * @param layers decoder layers
 * @param width of the hidden state, a multiple of twice the heads
 * @param heads query heads and as many key/value heads
 * @param feedForward inner width of the feed-forward block
 * @param window longest text that it is trained on; config.json states it, nothing depends on it
 * @param ropeTheta rotary base
 */
record LlamaConfig(
    int layers, int width, int heads, int feedForward, int window, double ropeTheta) {
  private static final double NORM_EPSILON = 1e-5;

  /** Of every weight, as in GPT-2: small, so that at first each token is mostly itself. */
  private static final double SPREAD = 0.02;

  LlamaConfig {
    if (layers < 1 || heads < 1 || feedForward < 1 || window < 1 || !(ropeTheta > 0)) {
      throw new IllegalArgumentException("a size of the model is not positive");
    }
    if (width < 1 || width % (2 * heads) != 0) {
      throw new IllegalArgumentException(
          "width " + width + " is not a multiple of twice the " + heads + " heads");
    }
  }

  /**
   * Writes the untrained checkpoint: weights drawn from a seed, a tokenizer with one token a word.
   *
   * @param vocabulary words in the order of their ids; the first stands for unknown ones
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
      SafetensorsWriter.write(directory.resolve(Checkpoint.WEIGHTS_FILE), tensors);
      return directory;
    } catch (IOException e) {
      throw new ModelException(directory + " cannot be written: " + e.getMessage(), e);
    }
  }

  /** Norms are one; what ends a block starts smaller, by the number of blocks. */
  private SafetensorsWriter.Values initial(TensorName tensor, Random random) {
    long size = tensor.shape().stream().reduce(1L, (a, b) -> a * b);
    float[] numbers = new float[Math.toIntExact(size)];
    if (tensor.shape().size() == 1) {
      Arrays.fill(numbers, 1);
      return new SafetensorsWriter.Values(tensor.shape(), numbers);
    }
    boolean endsBlock = tensor.key().equals("o_proj") || tensor.key().equals("down_proj");
    double spread = endsBlock ? SPREAD / Math.sqrt(2 * layers) : SPREAD;
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) (spread * random.nextGaussian());
    }
    return new SafetensorsWriter.Values(tensor.shape(), numbers);
  }

  private String config(int words) {
    ObjectNode config = JsonMapper.builder().build().createObjectNode();
    config.putArray("architectures").add("LlamaForCausalLM");
    config.put("model_type", "llama");
    config.put("num_hidden_layers", layers);
    config.put("hidden_size", width);
    config.put("num_attention_heads", heads);
    config.put("num_key_value_heads", heads);
    config.put("intermediate_size", feedForward);
    config.put("vocab_size", words);
    config.put("rms_norm_eps", NORM_EPSILON);
    config.put("tie_word_embeddings", true);
    config.put("hidden_act", "silu");
    config.put("max_position_embeddings", window);
    config.put("rope_theta", ropeTheta);
    config.put("torch_dtype", "bfloat16");
    return config.toPrettyString() + "\n";
  }
}
