package io.gateau.model.checkpoint;

import java.nio.file.Path;

/**
 * The shape of a decoder, as its {@code config.json} states it.
 *
 * @param family which published family it is
 * @param layers number of decoder layers
 * @param hiddenSize width of the hidden state
 * @param heads query heads per layer
 * @param keyValueHeads key/value heads per layer; divides {@code heads}
 * @param headSize width of one head, even
 * @param feedForwardSize inner width of the feed-forward block
 * @param vocabularySize rows of the embedding
 * @param normEpsilon what RMSNorm adds to the mean square
 * @param tiedEmbeddings whether the output projection is the embedding
 * @param bosToken the id that config.json gives for the start of a text, or -1
 * @param layerConfig how a layer is put together
 * @param rotary rotary embedding of the layers that see everything
 * @param windowRotary rotary embedding of the layers with a window
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

  public static final String FILE = "config.json";

  public ModelConfig {
    if (keyValueHeads < 1 || heads % keyValueHeads != 0) {
      throw new IllegalArgumentException(
          "num_key_value_heads " + keyValueHeads + " does not divide num_attention_heads " + heads);
    }
    if (layerConfig.windows().size() != layers) {
      throw new IllegalArgumentException(
          layerConfig.windows().size() + " windows for " + layers + " layers");
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

  /** The same of a file that has been read, with another rotary scaling in place of its own. */
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
          config.json().path("bos_token_id").asInt(-1),
          family.layerConfig(config),
          family.rotary(rotary),
          family.windowRotary(rotary));
    } catch (IllegalArgumentException e) {
      throw new ModelException(config.file() + ": " + e.getMessage(), e);
    }
  }

  /** The rotary base of the layers that see everything. */
  public double ropeTheta() {
    return rotary.theta();
  }

  /** The rotary scaling of the layers that see everything, in words: its kind and numbers. */
  public String ropeScaling() {
    return rotary.scaling().toString();
  }

  /**
   * The same decoder with another rotary base: how one checkpoint becomes a homologous pair. The
   * base replaces that of config.json and keeps its scaling, which is then computed from the new
   * base. Gemma 3's layers with a window keep their own base.
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

  /** The same decoder with its first layers only. */
  public ModelConfig withLayers(int count) {
    if (count < 1 || count > layers) {
      throw new IllegalArgumentException(
          count + " layers of a model that has " + layers + "; use 1 to " + layers);
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
        layerConfig.withLayers(count),
        rotary,
        windowRotary);
  }
}
