package io.gateau.model.checkpoint;

import io.gateau.model.checkpoint.LayerConfig.Activation;
import io.gateau.model.checkpoint.LayerConfig.Norms;
import io.gateau.model.checkpoint.LayerConfig.Projections;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/**
 * The decoder families that this engine computes: which published name stands for which, how each
 * puts the shared blocks together, and what its config.json means where it is silent. Formulas as
 * in the source of transformers 5.23.
 */
public enum Family {
  /**
   * Llama 2 and 3 and everything saved as LlamaForCausalLM. Source: Touvron et al., arXiv
   * 2302.13971, section 2.2.
   */
  LLAMA("LlamaForCausalLM") {
    @Override
    LayerConfig layerConfig(ConfigFile config, LayerConfig plain) {
      return plain
          .withBiases(biased(config, "attention_bias", ATTENTION))
          .withBiases(biased(config, "mlp_bias", FEED_FORWARD));
    }

    @Override
    int keyValueHeads(ConfigFile config) {
      return config.positive(KEY_VALUE_HEADS, config.positive(HEADS));
    }
  },

  /** Mistral 7B: every layer has the window, if there is one. Source: arXiv 2310.06825. */
  MISTRAL("MistralForCausalLM") {
    @Override
    LayerConfig layerConfig(ConfigFile config, LayerConfig plain) {
      return plain.withWindow(statedOr(config, 4096), layer -> true);
    }
  },

  /** Qwen 2 and 2.5: biases on q, k and v. Source: arXiv 2407.10671. */
  QWEN2("Qwen2ForCausalLM") {
    @Override
    LayerConfig layerConfig(ConfigFile config, LayerConfig plain) {
      return upperWindows(config, plain).withBiases(List.of("q_proj", "k_proj", "v_proj"));
    }
  },

  /** Qwen 3: norms on each head of queries and keys. Source: arXiv 2505.09388. */
  QWEN3("Qwen3ForCausalLM") {
    @Override
    LayerConfig layerConfig(ConfigFile config, LayerConfig plain) {
      return upperWindows(config, plain)
          .withHeadNorms()
          .withBiases(biased(config, "attention_bias", ATTENTION));
    }

    @Override
    int headSize(ConfigFile config) {
      return config.positive(HEAD_SIZE, 128);
    }
  },

  /** Phi-3: fused projections, a part of each head rotated. Source: arXiv 2404.14219. */
  PHI3("Phi3ForCausalLM") {
    @Override
    LayerConfig layerConfig(ConfigFile config, LayerConfig plain) {
      return plain
          .withWindow(statedOr(config, LayerConfig.NO_WINDOW), layer -> true)
          .withProjections(Projections.FUSED);
    }

    @Override
    int keyValueHeads(ConfigFile config) {
      return config.positive(KEY_VALUE_HEADS, config.positive(HEADS));
    }

    @Override
    double normEpsilon(ConfigFile config) {
      return config.number(EPSILON, 1e-5);
    }

    @Override
    RotaryEmbedding rotary(RotaryReader reader) {
      return reader.phi3();
    }
  },

  /**
   * Gemma 3, text only: norms around, scaled embeddings, most layers with a window and a rotary
   * base of their own. Source: arXiv 2503.19786.
   */
  GEMMA3("Gemma3ForCausalLM") {
    @Override
    LayerConfig layerConfig(ConfigFile config, LayerConfig plain) {
      if (config.has("final_logit_softcapping")) {
        throw config.wrong("final_logit_softcapping", "supported: null, as Gemma 3 is published");
      }
      if (config.flag("use_bidirectional_attention", false)) {
        throw config.wrong(
            "use_bidirectional_attention", "supported: false, a model that predicts what follows");
      }
      int pattern = config.positive("sliding_window_pattern", 6);
      return listedWindow(
              config, plain, statedOr(config, 4096), layer -> (layer + 1) % pattern != 0)
          .withNorms(Norms.PRE_AND_POST)
          .withHeadNorms()
          .withBiases(biased(config, "attention_bias", ATTENTION))
          .withActivation(Activation.GELU_TANH)
          .withScales(
              Math.sqrt(config.positive("hidden_size")),
              1 / Math.sqrt(config.positive("query_pre_attn_scalar", 256)));
    }

    @Override
    String activationKey() {
      return "hidden_activation";
    }

    @Override
    int headSize(ConfigFile config) {
      return config.positive(HEAD_SIZE, 256);
    }

    @Override
    boolean tiedEmbeddings(ConfigFile config) {
      return config.flag(TIED, true);
    }

    /** The published tokenizers have a token for images, which the text models cannot read. */
    @Override
    int tokensWithoutEmbedding() {
      return 1;
    }

    @Override
    RotaryEmbedding rotary(RotaryReader reader) {
      return reader.gemmaFull();
    }

    @Override
    RotaryEmbedding windowRotary(RotaryReader reader) {
      return reader.gemmaWindow();
    }
  };

  private static final List<String> ATTENTION = List.of("q_proj", "k_proj", "v_proj", "o_proj");
  private static final List<String> FEED_FORWARD = List.of("gate_proj", "up_proj", "down_proj");
  private static final String HEADS = "num_attention_heads";
  private static final String KEY_VALUE_HEADS = "num_key_value_heads";
  private static final String HEAD_SIZE = "head_dim";
  private static final String EPSILON = "rms_norm_eps";
  private static final String TIED = "tie_word_embeddings";
  private static final String WINDOW = "sliding_window";
  private static final String LAYER_TYPES = "layer_types";
  private static final String SLIDING = "sliding_attention";

  private final String architecture;

  Family(String architecture) {
    this.architecture = architecture;
  }

  /** The name in {@code architectures} of config.json. */
  public String architecture() {
    return architecture;
  }

  /** The family's layers, made of {@code plain} ones. */
  abstract LayerConfig layerConfig(ConfigFile config, LayerConfig plain);

  /** The key of config.json that names the activation. */
  String activationKey() {
    return "hidden_act";
  }

  int keyValueHeads(ConfigFile config) {
    return config.positive(KEY_VALUE_HEADS);
  }

  int headSize(ConfigFile config) {
    int hidden = config.positive("hidden_size");
    int heads = config.positive(HEADS);
    if (!config.has(HEAD_SIZE) && hidden % heads != 0) {
      throw new ModelException(
          config.file()
              + ": num_attention_heads "
              + heads
              + " does not divide hidden_size "
              + hidden
              + ", and there is no head_dim");
    }
    return config.positive(HEAD_SIZE, hidden / heads);
  }

  double normEpsilon(ConfigFile config) {
    return config.number(EPSILON, 1e-6);
  }

  boolean tiedEmbeddings(ConfigFile config) {
    return config.flag(TIED, false);
  }

  /** How many of the tokenizer's last tokens may have no row in the embedding. */
  int tokensWithoutEmbedding() {
    return 0;
  }

  /** The rotary embedding of the layers that see everything. */
  RotaryEmbedding rotary(RotaryReader reader) {
    return reader.everyLayer();
  }

  /** The rotary embedding of the layers with a window. */
  RotaryEmbedding windowRotary(RotaryReader reader) {
    return rotary(reader);
  }

  /** Whether layers with and without a window have one rotary base. */
  boolean sharesRotary() {
    return this != GEMMA3;
  }

  /** The family that {@code architectures} of config.json names. */
  static Family of(ConfigFile config) {
    String named = config.json().path("architectures").path(0).asText("(none)");
    return Arrays.stream(values())
        .filter(family -> family.architecture.equals(named))
        .findFirst()
        .orElseThrow(
            () ->
                new ModelException(
                    config.file()
                        + ": architecture "
                        + named
                        + " is not supported; supported: "
                        + Arrays.stream(values())
                            .map(Family::architecture)
                            .collect(Collectors.joining(", "))));
  }

  /** The layers of this family as config.json sets them. */
  LayerConfig layerConfig(ConfigFile config) {
    LayerConfig plain = LayerConfig.plain(config.positive("num_hidden_layers"), headSize(config));
    LayerConfig layers = layerConfig(config, plain);
    String usual = layers.activation().code;
    String activation = config.text(activationKey(), usual);
    if (!usual.equals(activation)) {
      throw new ModelException(
          config.file()
              + ": "
              + activationKey()
              + " is "
              + activation
              + " (supported: "
              + usual
              + ")");
    }
    if (config.has("quantization_config")) {
      throw new ModelException(
          config.file()
              + ": quantization_config is present"
              + " (supported: plain float32, float16 and bfloat16 weights)");
    }
    return layers;
  }

  private static List<String> biased(ConfigFile config, String key, List<String> projections) {
    return config.flag(key, false) ? projections : List.of();
  }

  /** What config.json says of the window: null is none, and a missing key the family's usual. */
  private static int statedOr(ConfigFile config, int usual) {
    return config.states(WINDOW) ? config.positive(WINDOW, LayerConfig.NO_WINDOW) : usual;
  }

  /** Qwen's windows: in the layers from {@code max_window_layers} on, if they are wanted. */
  private static LayerConfig upperWindows(ConfigFile config, LayerConfig plain) {
    double from = config.number("max_window_layers", 28);
    boolean wanted = config.flag("use_sliding_window", false);
    int positions = wanted ? statedOr(config, 4096) : LayerConfig.NO_WINDOW;
    return listedWindow(config, plain, positions, layer -> wanted && layer >= from);
  }

  /** The window in the layers that {@code layer_types} lists, or else in those of the pattern. */
  private static LayerConfig listedWindow(
      ConfigFile config, LayerConfig plain, int positions, IntPredicate pattern) {
    if (!config.has(LAYER_TYPES)) {
      return plain.withWindow(positions, pattern);
    }
    List<String> types = config.texts(LAYER_TYPES);
    if (types.size() != plain.windows().size()
        || !Set.of("full_attention", SLIDING).containsAll(types)) {
      throw config.wrong(
          LAYER_TYPES, "it must have full_attention or sliding_attention for each layer");
    }
    if (types.contains(SLIDING) && positions == LayerConfig.NO_WINDOW) {
      throw config.wrong(
          WINDOW, "layer_types asks for sliding_attention, so it must be a positive whole number");
    }
    return plain.withWindow(positions, layer -> types.get(layer).equals(SLIDING));
  }
}
