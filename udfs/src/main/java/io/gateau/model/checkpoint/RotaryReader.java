package io.gateau.model.checkpoint;

/**
 * Reads the rotary embedding of each family from config.json: the base and the rotated part of a
 * head here, the scaling in {@link RotaryScalingReader}. Transformers 5 keeps them in {@code
 * rope_parameters}; older versions in {@code rope_theta}, {@code rope_scaling} and {@code
 * partial_rotary_factor}. A {@link RopeScalingOverride} replaces the scaling of the layers with
 * full attention, and nothing else.
 */
final class RotaryReader {
  private final ConfigFile config;
  private final int headSize;
  private final RopeScalingOverride override;

  RotaryReader(ConfigFile config, int headSize, RopeScalingOverride override) {
    if (headSize % 2 != 0) {
      throw new ModelException("%s: head_dim %s is odd".formatted(config.file(), headSize));
    }
    this.config = config;
    this.headSize = headSize;
    this.override = override;
  }

  /** The embedding of all layers, which rotates every number of a head. */
  RotaryEmbedding everyLayer() {
    ConfigFile rope = parameters();
    double part = rotatedPart(rope);
    if (part != 1) {
      throw new ModelException(
          "%s: partial_rotary_factor is %s (supported: 1)".formatted(config.file(), part));
    }
    return new RotaryEmbedding(headSize, theta(rope), scaling(rope, headSize).any());
  }

  /** Phi-3's, which rotates a part of each head. */
  RotaryEmbedding phi3() {
    ConfigFile rope = parameters();
    int rotated = (int) (headSize * rotatedPart(rope));
    RotaryScaling scaling = scaling(rope, rotated).phi3();
    return new RotaryEmbedding(rotated, theta(rope), scaling);
  }

  /** Gemma 3's layers with full attention; {@code rope_scaling} of old files means only these. */
  RotaryEmbedding gemmaFullAttention() {
    ConfigFile nested = gemmaParameters("full_attention");
    ConfigFile old = config.object("rope_scaling");
    ConfigFile rope = old.isEmpty() ? nested : old;
    double theta = nested.number("rope_theta", config.number("rope_theta", 1_000_000));
    return new RotaryEmbedding(
        headSize, rope.number("rope_theta", theta), scaling(rope, headSize).any());
  }

  /** Gemma 3's layers with a sliding window, which have a base of their own. */
  RotaryEmbedding gemmaSlidingAttention() {
    ConfigFile rope = gemmaParameters("sliding_attention");
    double theta = rope.number("rope_theta", config.number("rope_local_base_freq", 10_000));
    return new RotaryEmbedding(
        headSize, theta, RotaryScalingReader.configured(config, rope, headSize).any());
  }

  private ConfigFile parameters() {
    ConfigFile old = config.object("rope_scaling");
    return old.isEmpty() ? config.object("rope_parameters") : old;
  }

  private ConfigFile gemmaParameters(String layerType) {
    ConfigFile all = config.object("rope_parameters");
    if (!all.isEmpty() && !all.has(layerType)) {
      throw config.wrong("rope_parameters", "it must have " + layerType);
    }
    return all.object(layerType);
  }

  private double theta(ConfigFile rope) {
    return rope.number("rope_theta", config.number("rope_theta", 10_000));
  }

  private double rotatedPart(ConfigFile rope) {
    return rope.number("partial_rotary_factor", config.number("partial_rotary_factor", 1));
  }

  private RotaryScalingReader scaling(ConfigFile configured, int rotated) {
    return override.isConfigured()
        ? RotaryScalingReader.configured(config, configured, rotated)
        : RotaryScalingReader.overridden(config, configured, override, rotated);
  }
}
