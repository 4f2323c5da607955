package io.gateau.model.checkpoint;

import io.gateau.model.checkpoint.LayerConfig.Activation;
import io.gateau.model.checkpoint.LayerConfig.Norms;
import io.gateau.model.checkpoint.LayerConfig.Projections;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The decoder families that this engine computes: which architecture of config.json is which
 * family, what is special about its layers, and what a missing key of its config.json means.
 * Formulas and defaults as in the source of transformers 5.23. Windows are read by {@link
 * SlidingWindow}, the rotary embedding by {@link RotaryReader}.
 */
public enum Family {
  /**
   * Llama 2 and 3 and everything saved as LlamaForCausalLM. Source: Touvron et al., arXiv
   * 2302.13971, section 2.2.
   */
  LLAMA("LlamaForCausalLM") {
    @Override
    void configure(LayerConfig.Builder layers, ConfigFile config) {
      layers
          .biases(biased(config, "attention_bias", ATTENTION))
          .biases(biased(config, "mlp_bias", FEED_FORWARD));
    }

    @Override
    int keyValueHeads(ConfigFile config) {
      return config.positive(KEY_VALUE_HEADS, config.positive(HEADS));
    }
  },

  /** Mistral 7B: every layer has the window, if there is one. Source: arXiv 2310.06825. */
  MISTRAL("MistralForCausalLM") {
    @Override
    void configure(LayerConfig.Builder layers, ConfigFile config) {
      SlidingWindow window = SlidingWindow.mistral(config);
      layers.window(window.positions(), window.layers());
    }
  },

  /** Qwen 2 and 2.5: biases on q, k and v. Source: arXiv 2407.10671. */
  QWEN2("Qwen2ForCausalLM") {
    @Override
    void configure(LayerConfig.Builder layers, ConfigFile config) {
      SlidingWindow window = SlidingWindow.qwen(config, layers(config));
      layers
          .window(window.positions(), window.layers())
          .biases(List.of("q_proj", "k_proj", "v_proj"));
    }
  },

  /** Qwen 3: norms on each head of queries and keys. Source: arXiv 2505.09388. */
  QWEN3("Qwen3ForCausalLM") {
    @Override
    void configure(LayerConfig.Builder layers, ConfigFile config) {
      SlidingWindow window = SlidingWindow.qwen(config, layers(config));
      layers
          .window(window.positions(), window.layers())
          .headNorms()
          .biases(biased(config, "attention_bias", ATTENTION));
    }

    @Override
    int headSize(ConfigFile config) {
      return config.positive(HEAD_SIZE, 128);
    }
  },

  /** Phi-3: fused projections, a part of each head rotated. Source: arXiv 2404.14219. */
  PHI3("Phi3ForCausalLM") {
    @Override
    void configure(LayerConfig.Builder layers, ConfigFile config) {
      SlidingWindow window = SlidingWindow.phi3(config);
      layers.window(window.positions(), window.layers()).projections(Projections.FUSED);
    }

    @Override
    int keyValueHeads(ConfigFile config) {
      return config.positive(KEY_VALUE_HEADS, config.positive(HEADS));
    }

    @Override
    double normEpsilon(ConfigFile config) {
      return config.share(EPSILON, 1e-5);
    }

    @Override
    RotaryEmbedding rotary(RotaryReader reader) {
      return reader.phi3();
    }
  },

  /**
   * Gemma 3, text only: norms before and after each block, scaled embeddings, and in most layers a
   * window and a rotary base of their own. Source: arXiv 2503.19786.
   */
  GEMMA3("Gemma3ForCausalLM") {
    @Override
    void configure(LayerConfig.Builder layers, ConfigFile config) {
      if (config.has("final_logit_softcapping")) {
        throw config.wrong("final_logit_softcapping", "supported: null, as Gemma 3 is published");
      }
      if (config.flag("use_bidirectional_attention", false)) {
        throw config.wrong(
            "use_bidirectional_attention", "supported: false, a model that predicts what follows");
      }
      SlidingWindow window = SlidingWindow.gemma3(config, layers(config));
      layers
          .window(window.positions(), window.layers())
          .norms(Norms.PRE_AND_POST)
          .headNorms()
          .biases(biased(config, "attention_bias", ATTENTION))
          .activation(Activation.GELU_TANH)
          .embeddingScale(Math.sqrt(config.positive("hidden_size")))
          .attentionScale(1 / Math.sqrt(config.positive("query_pre_attn_scalar", 256)));
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
      return reader.gemmaFullAttention();
    }

    @Override
    RotaryEmbedding windowRotary(RotaryReader reader) {
      return reader.gemmaSlidingAttention();
    }
  };

  private static final List<String> ATTENTION = List.of("q_proj", "k_proj", "v_proj", "o_proj");
  private static final List<String> FEED_FORWARD = List.of("gate_proj", "up_proj", "down_proj");
  private static final String HEADS = "num_attention_heads";
  private static final String KEY_VALUE_HEADS = "num_key_value_heads";
  private static final String HEAD_SIZE = "head_dim";
  private static final String EPSILON = "rms_norm_eps";
  private static final String TIED = "tie_word_embeddings";

  private final String architecture;

  Family(String architecture) {
    this.architecture = architecture;
  }

  /** The name in {@code architectures} of config.json, such as {@code LlamaForCausalLM}. */
  public String architecture() {
    return architecture;
  }

  /**
   * The family that {@code architectures} of config.json names.
   *
   * @throws ModelException if it is none of these
   */
  static Family of(ConfigFile config) {
    String named = config.json().path("architectures").path(0).asText("(none)");
    return Arrays.stream(values())
        .filter(family -> family.architecture.equals(named))
        .findFirst()
        .orElseThrow(
            () ->
                new ModelException(
                    "%s: architecture %s is not supported; supported: %s"
                        .formatted(
                            config.file(),
                            named,
                            Arrays.stream(values())
                                .map(Family::architecture)
                                .collect(Collectors.joining(", ")))));
  }

  /**
   * The layers of this family as config.json sets them.
   *
   * @throws ModelException if it asks for another activation or for quantised weights
   */
  LayerConfig layerConfig(ConfigFile config) {
    LayerConfig.Builder builder = LayerConfig.builder(layers(config), headSize(config));
    configure(builder, config);
    LayerConfig layers = builder.build();
    String supported = layers.activation().code;
    String activation = config.text(activationKey(), supported);
    if (!supported.equals(activation)) {
      throw new ModelException(
          "%s: %s is %s (supported: %s)"
              .formatted(config.file(), activationKey(), activation, supported));
    }
    if (config.has("quantization_config")) {
      throw new ModelException(
          "%s: quantization_config is present (supported: plain float32, float16 and bfloat16 weights)"
              .formatted(config.file()));
    }
    return layers;
  }

  /** Sets what this family's layers have beyond plain ones. */
  abstract void configure(LayerConfig.Builder layers, ConfigFile config);

  /** The key of config.json that names the activation. */
  String activationKey() {
    return "hidden_act";
  }

  int layers(ConfigFile config) {
    return config.positive("num_hidden_layers");
  }

  int keyValueHeads(ConfigFile config) {
    return config.positive(KEY_VALUE_HEADS);
  }

  int headSize(ConfigFile config) {
    int hidden = config.positive("hidden_size");
    int heads = config.positive(HEADS);
    if (!config.has(HEAD_SIZE) && hidden % heads != 0) {
      throw new ModelException(
          "%s: num_attention_heads %d does not divide hidden_size %d, and there is no head_dim"
              .formatted(config.file(), heads, hidden));
    }
    return config.positive(HEAD_SIZE, hidden / heads);
  }

  double normEpsilon(ConfigFile config) {
    return config.share(EPSILON, 1e-6);
  }

  boolean tiedEmbeddings(ConfigFile config) {
    return config.flag(TIED, false);
  }

  /** How many of the tokenizer's last tokens may have no row in the embedding. */
  int tokensWithoutEmbedding() {
    return 0;
  }

  /** The rotary embedding of the layers with full attention. */
  RotaryEmbedding rotary(RotaryReader reader) {
    return reader.everyLayer();
  }

  /** The rotary embedding of the layers with a sliding window. */
  RotaryEmbedding windowRotary(RotaryReader reader) {
    return rotary(reader);
  }

  /** Whether layers with and without a window have one rotary base. */
  boolean sharesRotary() {
    return this != GEMMA3;
  }

  private static List<String> biased(ConfigFile config, String key, List<String> projections) {
    return config.flag(key, false) ? projections : List.of();
  }
}
