package io.gateau.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/**
 * The values of config.json that the naive decoder needs, in the form of transformers 5 and in the
 * older one. The tensors show which biases and norms there are. Source: resources/families.
 */
final class NaiveConfig {
  private static final Set<String> KNOWN =
      Set.of("llama", "mistral", "qwen2", "qwen3", "phi3", "gemma3_text");

  final int layers;
  final int hidden;
  final int heads;
  final int kvHeads;
  final int headDim;
  final int ffn;
  final int vocab;
  final double eps;
  final boolean tied;
  final boolean phi;
  final boolean gemma;
  final double attentionScale;
  private final String modelType;
  private final JsonNode json;
  private final double otherTheta;

  private NaiveConfig(JsonNode json, double otherTheta) {
    this.json = json;
    this.otherTheta = otherTheta;
    modelType = json.path("model_type").asText();
    if (!KNOWN.contains(modelType)) {
      throw new IllegalArgumentException("model_type " + modelType + " is not known: " + json);
    }
    phi = modelType.equals("phi3");
    gemma = modelType.equals("gemma3_text");
    layers = json.required("num_hidden_layers").intValue();
    hidden = json.required("hidden_size").intValue();
    heads = json.required("num_attention_heads").intValue();
    kvHeads = json.path("num_key_value_heads").asInt(heads);
    headDim = json.path("head_dim").asInt(hidden / heads);
    ffn = json.required("intermediate_size").intValue();
    vocab = json.required("vocab_size").intValue();
    eps = json.required("rms_norm_eps").doubleValue();
    tied = json.path("tie_word_embeddings").asBoolean(gemma);
    attentionScale =
        Math.pow(gemma ? json.required("query_pre_attn_scalar").doubleValue() : headDim, -0.5);
  }

  static NaiveConfig read(Path directory) throws IOException {
    return new NaiveConfig(
        new ObjectMapper().readTree(directory.resolve("config.json").toFile()), 0);
  }

  /** These values with another rotary base; Gemma's layers with a window keep theirs. */
  NaiveConfig ropeTheta(double theta) {
    return new NaiveConfig(json, theta);
  }

  /** The number of positions that a query of a layer attends to, its own included. */
  int window(int layer) {
    return slides(layer) ? json.required("sliding_window").intValue() : Integer.MAX_VALUE;
  }

  private boolean slides(int layer) {
    if (json.has("layer_types")) {
      return json.get("layer_types").get(layer).asText().equals("sliding_attention");
    }
    return switch (modelType) {
      case "gemma3_text" -> (layer + 1) % json.path("sliding_window_pattern").asInt(6) != 0;
      case "qwen2", "qwen3" ->
          json.path("use_sliding_window").asBoolean()
              && layer >= json.required("max_window_layers").intValue();
      case "mistral", "phi3" -> json.hasNonNull("sliding_window");
      default -> false;
    };
  }

  /** The rotary embedding of a layer in a sequence of {@code tokens} tokens. */
  NaiveRotary rotary(int layer, int tokens) {
    boolean local = gemma && slides(layer);
    JsonNode rope = json.path("rope_parameters");
    if (gemma) {
      rope = rope.path(local ? "sliding_attention" : "full_attention");
    }
    JsonNode scaling =
        json.path("rope_scaling").isObject() && !local ? json.get("rope_scaling") : rope;
    double topTheta =
        local
            ? json.path("rope_local_base_freq").asDouble(10_000)
            : json.path("rope_theta").asDouble(10_000);
    double theta = scaling.path("rope_theta").asDouble(rope.path("rope_theta").asDouble(topTheta));
    double part =
        scaling
            .path("partial_rotary_factor")
            .asDouble(json.path("partial_rotary_factor").asDouble(1));
    int longest = json.path("max_position_embeddings").asInt();
    JsonNode original = json.path("original_max_position_embeddings");
    return new NaiveRotary(
        (int) (headDim * part),
        otherTheta == 0 || local ? theta : otherTheta,
        scaling,
        longest,
        original.asInt(scaling.path("original_max_position_embeddings").asInt(longest)),
        tokens);
  }
}
