package io.gateau.model.checkpoint;

import java.nio.file.Path;
import java.util.List;

/**
 * Reads the rotary embedding from config.json: from {@code rope_parameters} (transformers 5) or
 * {@code rope_theta}, {@code rope_scaling} and {@code partial_rotary_factor} (before). A {@link
 * RopeScalingOverride} stands in for the scaling of the layers that see everything, and for nothing
 * else.
 */
final class RotaryReader {
  private static final List<String> TYPES =
      List.of("default", "linear", "dynamic", "yarn", "llama3", "longrope");

  private static final String ORIGINAL_LENGTH = "original_max_position_embeddings";
  private static final String LENGTH = "max_position_embeddings";

  private final ConfigFile config;
  private final int headSize;
  private final RopeScalingOverride override;

  RotaryReader(ConfigFile config, int headSize) {
    this(config, headSize, RopeScalingOverride.CONFIGURED);
  }

  RotaryReader(ConfigFile config, int headSize, RopeScalingOverride override) {
    if (headSize % 2 != 0) {
      throw new ModelException(config.file() + ": head_dim " + headSize + " is odd");
    }
    this.config = config;
    this.headSize = headSize;
    this.override = override;
  }

  /** The embedding of all layers, which rotates every number of a head. */
  RotaryEmbedding everyLayer() {
    ConfigFile rope = parameters();
    double part = partialFactor(rope);
    if (part != 1) {
      throw new ModelException(
          config.file() + ": partial_rotary_factor is " + part + " (supported: 1)");
    }
    return new RotaryEmbedding(headSize, theta(rope), scalingOrOverride(rope));
  }

  /**
   * Phi-3's, which rotates a part of each head. Its original length stands at the top of the file,
   * and {@code su} and {@code yarn} of old files mean longrope.
   */
  RotaryEmbedding phi3() {
    ConfigFile rope = parameters();
    int rotated = (int) (headSize * partialFactor(rope));
    int original = config.positive(ORIGINAL_LENGTH, 4096);
    ConfigFile chosen = override.isConfigured() ? rope : overriding();
    String type =
        override.isConfigured()
            ? type(rope, List.of("default", "longrope", "su", "yarn"))
            : type(chosen, List.of("default", "longrope"));
    if (!override.isConfigured()) {
      original = chosen.positive(ORIGINAL_LENGTH, original);
    }
    RotaryScaling scaling =
        "default".equals(type) ? new RotaryScaling.None() : longRope(chosen, rotated, original);
    return new RotaryEmbedding(rotated, theta(rope), scaling);
  }

  /** Gemma 3's layers without a window; {@code rope_scaling} of old files means these only. */
  RotaryEmbedding gemmaFull() {
    ConfigFile nested = gemmaNested("full_attention");
    ConfigFile old = config.object("rope_scaling");
    double theta = nested.number("rope_theta", config.number("rope_theta", 1_000_000));
    ConfigFile rope = old.isEmpty() ? nested : old;
    return new RotaryEmbedding(headSize, rope.number("rope_theta", theta), scalingOrOverride(rope));
  }

  /** Gemma 3's layers with a window: a base of their own. */
  RotaryEmbedding gemmaWindow() {
    ConfigFile rope = gemmaNested("sliding_attention");
    double theta = rope.number("rope_theta", config.number("rope_local_base_freq", 10_000));
    return new RotaryEmbedding(headSize, theta, scaling(rope, rope, headSize));
  }

  private ConfigFile gemmaNested(String layers) {
    ConfigFile all = config.object("rope_parameters");
    if (!all.isEmpty() && !all.has(layers)) {
      throw config.wrong("rope_parameters", "it must have " + layers);
    }
    return all.object(layers);
  }

  private ConfigFile parameters() {
    ConfigFile old = config.object("rope_scaling");
    return old.isEmpty() ? config.object("rope_parameters") : old;
  }

  private double theta(ConfigFile rope) {
    return rope.number("rope_theta", config.number("rope_theta", 10_000));
  }

  private double partialFactor(ConfigFile rope) {
    return rope.number("partial_rotary_factor", config.number("partial_rotary_factor", 1));
  }

  private String type(ConfigFile rope, List<String> supported) {
    String type = rope.text("rope_type", rope.text("type", "default"));
    if (!supported.contains(type)) {
      throw new ModelException(
          rope.file()
              + ": rotary scaling "
              + type
              + " is not supported; supported: "
              + String.join(", ", supported));
    }
    return type;
  }

  /** The scaling that config.json states, or what stands in its place. */
  private RotaryScaling scalingOrOverride(ConfigFile stated) {
    return scaling(override.isConfigured() ? stated : overriding(), stated, headSize);
  }

  /** The override, with a place for messages that tells it from config.json. */
  private ConfigFile overriding() {
    return new ConfigFile(
        Path.of("rope-scaling for " + config.file().getParent()), override.object());
  }

  /**
   * Reads one object.
   *
   * @param stated what config.json has in its place: the same object unless it is overridden
   */
  private RotaryScaling scaling(ConfigFile rope, ConfigFile stated, int rotated) {
    String type = type(rope, TYPES);
    return switch (type) {
      case "linear" -> new RotaryScaling.Linear(factor(rope));
      case "dynamic" -> dynamic(rope, rotated);
      case "llama3" -> llama3(rope, stated);
      case "yarn" -> yarn(rope, stated);
      case "longrope" -> longRope(rope, rotated, originalLength(rope, stated));
      default -> new RotaryScaling.None();
    };
  }

  private RotaryScaling dynamic(ConfigFile rope, int rotated) {
    if (rotated == 2) {
      throw new ModelException(
          config.file() + ": rotary scaling dynamic needs heads of more than 2 rotated numbers");
    }
    return new RotaryScaling.DynamicNtk(factor(rope), config.positive(LENGTH));
  }

  private RotaryScaling llama3(ConfigFile rope, ConfigFile stated) {
    double low = rope.number("low_freq_factor");
    double high = rope.number("high_freq_factor");
    if (!(low < high)) {
      throw rope.wrong("high_freq_factor", "it must be above low_freq_factor " + low);
    }
    int original = isOverride(rope) ? originalLength(rope, stated) : rope.positive(ORIGINAL_LENGTH);
    return new RotaryScaling.Llama3(factor(rope), low, high, original);
  }

  private RotaryScaling yarn(ConfigFile rope, ConfigFile stated) {
    int original = originalLength(rope, stated);
    double factor = rope.has("factor") ? factor(rope) : (double) config.positive(LENGTH) / original;
    double one = rope.number("mscale", 0);
    double all = rope.number("mscale_all_dim", 0);
    double growth =
        one != 0 && all != 0
            ? RotaryScaling.Yarn.growth(factor, one) / RotaryScaling.Yarn.growth(factor, all)
            : RotaryScaling.Yarn.growth(factor, 1);
    return new RotaryScaling.Yarn(
        factor,
        rope.number("beta_fast", 32),
        rope.number("beta_slow", 1),
        rope.flag("truncate", true),
        original,
        rope.number("attention_factor", growth));
  }

  private RotaryScaling longRope(ConfigFile rope, int rotated, int original) {
    double factor = rope.has("factor") ? factor(rope) : (double) config.positive(LENGTH) / original;
    return new RotaryScaling.LongRope(
        pairFactors(rope, "short_factor", rotated),
        pairFactors(rope, "long_factor", rotated),
        original,
        rope.number("attention_factor", RotaryScaling.LongRope.growth(factor, original)));
  }

  private List<Double> pairFactors(ConfigFile rope, String key, int rotated) {
    List<Double> factors = rope.numbers(key);
    if (factors.size() != rotated / 2 || factors.stream().anyMatch(factor -> !(factor > 0))) {
      throw rope.wrong(
          key, "it must have a positive number for each of " + rotated / 2 + " rotated pairs");
    }
    return factors;
  }

  /** The length before stretching; of an override that is silent, as config.json states it. */
  private int originalLength(ConfigFile rope, ConfigFile stated) {
    for (ConfigFile place :
        isOverride(rope) ? List.of(rope, config, stated) : List.of(config, rope)) {
      if (place.has(ORIGINAL_LENGTH)) {
        return place.positive(ORIGINAL_LENGTH);
      }
    }
    return config.positive(LENGTH);
  }

  private boolean isOverride(ConfigFile rope) {
    return !rope.file().equals(config.file());
  }

  private static double factor(ConfigFile rope) {
    double factor = rope.number("factor");
    if (!(factor > 0)) {
      throw rope.wrong("factor", "it must be a positive number");
    }
    return factor;
  }
}
