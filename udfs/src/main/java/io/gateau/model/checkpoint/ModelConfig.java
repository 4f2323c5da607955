package io.gateau.model.checkpoint;

import java.nio.file.Path;

/**
 * A decoder as its {@code config.json} describes it.
 *
 * @param family which published family it is
 * @param layers number of decoder layers
 * @param hiddenSize width of the hidden state
 * @param heads query heads per layer
 * @param keyValueHeads key/value heads per layer; divides {@code heads}
 * @param headSize numbers of one head, even
 * @param feedForwardSize inner width of the feed-forward block
 * @param vocabularySize rows of the embedding
 * @param normEpsilon what RMSNorm adds to the mean square
 * @param tiedEmbeddings whether the output projection is the embedding
 * @param bosToken the id that config.json gives for the start of a text, or -1
 * @param layerConfig how the layers are built
 * @param rotary rotary embedding of the layers with full attention
 * @param windowRotary rotary embedding of the layers with a sliding window
 */
public record ModelConfig(
    Family family,
    int layers,
    int hiddenSize,
    int heads,
    int keyValueHeads,
    int headSize,
    int feedForwardSize,
    int vocabularySize,
    double normEpsilon,
    boolean tiedEmbeddings,
    int bosToken,
    LayerConfig layerConfig,
    RotaryEmbedding rotary,
    RotaryEmbedding windowRotary) {
  /** Its file in a model directory. */
  public static final String FILE = "config.json";

  public ModelConfig {
    if (keyValueHeads < 1 || heads % keyValueHeads != 0) {
      throw new IllegalArgumentException(
          "num_key_value_heads %d does not divide num_attention_heads %d"
              .formatted(keyValueHeads, heads));
    }
    if (layerConfig.windows().size() != layers) {
      throw new IllegalArgumentException(
          "%s windows for %s layers".formatted(layerConfig.windows().size(), layers));
    }
  }

  /**
   * Reads {@code config.json} of a Hugging Face model directory.
   *
   * @throws ModelException if the file is missing or damaged, or asks for something this engine
   *     does not compute
   */
  public static ModelConfig read(Path directory) {
    return read(ConfigFile.read(directory.resolve(FILE)), RopeScalingOverride.CONFIGURED);
  }

  /**
   * Reads the values of a {@code config.json} file.
   *
   * @param scaling rotary scaling in place of the file's, or {@link RopeScalingOverride#CONFIGURED}
   * @throws ModelException if the file asks for something this engine does not compute, or the
   *     scaling does not fit the model
   */
  public static ModelConfig read(ConfigFile config, RopeScalingOverride scaling) {
    Family family = Family.of(config);
    try {
      int headSize = family.headSize(config);
      RotaryReader rotary = new RotaryReader(config, headSize, scaling);
      return new ModelConfig(
          family,
          config.positive("num_hidden_layers"),
          config.positive("hidden_size"),
          config.positive("num_attention_heads"),
          family.keyValueHeads(config),
          headSize,
          config.positive("intermediate_size"),
          config.positive("vocab_size"),
          family.normEpsilon(config),
          family.tiedEmbeddings(config),
          config.token("bos_token_id", -1),
          family.layerConfig(config),
          family.rotary(rotary),
          family.windowRotary(rotary));
    } catch (IllegalArgumentException e) {
      throw new ModelException("%s: %s".formatted(config.file(), e.getMessage()), e);
    }
  }

  /** The rotary base of the layers with full attention. */
  public double ropeTheta() {
    return rotary.theta();
  }

  /** The rotary scaling of the layers with full attention, as text: its type and numbers. */
  public String ropeScaling() {
    return rotary.scaling().toString();
  }

  /**
   * This decoder with another rotary base: how one checkpoint becomes a homologous pair. The base
   * replaces that of config.json; the scaling stays and is computed from the new base. Gemma 3's
   * layers with a sliding window keep their own base.
   *
   * @throws IllegalArgumentException if the base is not positive and finite
   */
  public ModelConfig withRopeTheta(double theta) {
    return new ModelConfig(
        family,
        layers,
        hiddenSize,
        heads,
        keyValueHeads,
        headSize,
        feedForwardSize,
        vocabularySize,
        normEpsilon,
        tiedEmbeddings,
        bosToken,
        layerConfig,
        rotary.withTheta(theta),
        family.sharesRotary() ? windowRotary.withTheta(theta) : windowRotary);
  }

  /**
   * This decoder with its first layers only.
   *
   * @param count 1 to {@link #layers}
   */
  public ModelConfig withLayers(int count) {
    if (count < 1 || count > layers) {
      throw new IllegalArgumentException(
          "%d layers of a model that has %d; use 1 to %d".formatted(count, layers, layers));
    }
    return new ModelConfig(
        family,
        count,
        hiddenSize,
        heads,
        keyValueHeads,
        headSize,
        feedForwardSize,
        vocabularySize,
        normEpsilon,
        tiedEmbeddings,
        bosToken,
        layerConfig.first(count),
        rotary,
        windowRotary);
  }
}
