package io.gateau.model.checkpoint;

import io.gateau.model.checkpoint.RotaryScaling.DynamicNtk;
import io.gateau.model.checkpoint.RotaryScaling.Linear;
import io.gateau.model.checkpoint.RotaryScaling.Llama3;
import io.gateau.model.checkpoint.RotaryScaling.LongRope;
import io.gateau.model.checkpoint.RotaryScaling.None;
import io.gateau.model.checkpoint.RotaryScaling.Yarn;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads a rotary scaling: an object with a {@code rope_type} and the numbers of that type, either
 * that of config.json or the {@link RopeScalingOverride} in its place. Keys and defaults as in
 * transformers' modeling_rope_utils; the formulas are in {@link RotaryScaling}.
 */
final class RotaryScalingReader {
  private static final String MAX_LENGTH = "max_position_embeddings";
  private static final String ORIGINAL_LENGTH = "original_max_position_embeddings";

  /** The whole config.json. */
  private final ConfigFile config;

  /** The object of config.json. */
  private final ConfigFile configured;

  /** The object that is read: that of config.json, or the one that overrides it. */
  private final ConfigFile scaling;

  private final boolean isOverride;
  private final int rotated;

  private RotaryScalingReader(
      ConfigFile config,
      ConfigFile configured,
      ConfigFile scaling,
      boolean isOverride,
      int rotated) {
    this.config = config;
    this.configured = configured;
    this.scaling = scaling;
    this.isOverride = isOverride;
    this.rotated = rotated;
  }

  /**
   * A reader of the scaling that config.json states.
   *
   * @param scaling the object of config.json
   * @param rotated how many numbers of a head are rotated
   */
  static RotaryScalingReader configured(ConfigFile config, ConfigFile scaling, int rotated) {
    return new RotaryScalingReader(config, scaling, scaling, false, rotated);
  }

  /**
   * A reader of an override; its errors name it in place of config.json.
   *
   * @param configured the object of config.json that is overridden
   * @param rotated how many numbers of a head are rotated
   */
  static RotaryScalingReader overridden(
      ConfigFile config, ConfigFile configured, RopeScalingOverride override, int rotated) {
    Path place = Path.of("rope-scaling for " + config.file().getParent());
    ConfigFile scaling = new ConfigFile(place, override.object());
    return new RotaryScalingReader(config, configured, scaling, true, rotated);
  }

  /** A scaling of any type. */
  RotaryScaling any() {
    return switch (type("default", "linear", "dynamic", "yarn", "llama3", "longrope")) {
      case "linear" -> new Linear(factor());
      case "dynamic" -> dynamic();
      case "yarn" -> yarn();
      case "llama3" -> llama3();
      case "longrope" -> longRope(originalLength());
      default -> new None();
    };
  }

  /**
   * A scaling of Phi-3, which is LongRoPE or none; {@code su} and {@code yarn} are the names of
   * LongRoPE in old files. The original length is at the top of config.json.
   */
  RotaryScaling phi3() {
    int configuredLength = config.positive(ORIGINAL_LENGTH, 4096);
    String type =
        isOverride ? type("default", "longrope") : type("default", "longrope", "su", "yarn");
    if (type.equals("default")) {
      return new None();
    }
    return longRope(
        isOverride ? scaling.positive(ORIGINAL_LENGTH, configuredLength) : configuredLength);
  }

  private String type(String... supported) {
    String type = scaling.text("rope_type", scaling.text("type", "default"));
    if (!List.of(supported).contains(type)) {
      throw new ModelException(
          "%s: rotary scaling %s is not supported; supported: %s"
              .formatted(scaling.file(), type, String.join(", ", supported)));
    }
    return type;
  }

  private RotaryScaling dynamic() {
    if (rotated == 2) {
      throw new ModelException(
          config.file() + ": rotary scaling dynamic needs heads of more than 2 rotated numbers");
    }
    return new DynamicNtk(factor(), config.positive(MAX_LENGTH));
  }

  private RotaryScaling yarn() {
    int originalLength = originalLength();
    double factor = factorOrGrowthFrom(originalLength);
    double mscale = scaling.number("mscale", 0);
    double mscaleAllDim = scaling.number("mscale_all_dim", 0);
    double attentionFactor =
        mscale != 0 && mscaleAllDim != 0
            ? Yarn.growth(factor, mscale) / Yarn.growth(factor, mscaleAllDim)
            : Yarn.growth(factor, 1);
    return new Yarn(
        factor,
        scaling.number("beta_fast", 32),
        scaling.number("beta_slow", 1),
        scaling.flag("truncate", true),
        originalLength,
        scaling.number("attention_factor", attentionFactor));
  }

  private RotaryScaling llama3() {
    double low = scaling.number("low_freq_factor");
    double high = scaling.number("high_freq_factor");
    if (!(low < high)) {
      throw scaling.wrong("high_freq_factor", "it must be above low_freq_factor " + low);
    }
    int originalLength = isOverride ? originalLength() : scaling.positive(ORIGINAL_LENGTH);
    return new Llama3(factor(), low, high, originalLength);
  }

  private RotaryScaling longRope(int originalLength) {
    double factor = factorOrGrowthFrom(originalLength);
    return new LongRope(
        factorOfEachPair("short_factor"),
        factorOfEachPair("long_factor"),
        originalLength,
        scaling.number("attention_factor", LongRope.growth(factor, originalLength)));
  }

  private double factor() {
    double factor = scaling.number("factor");
    if (!(factor > 0)) {
      throw scaling.wrong("factor", "it must be a positive number");
    }
    return factor;
  }

  private double factorOrGrowthFrom(int originalLength) {
    return scaling.has("factor") ? factor() : (double) config.positive(MAX_LENGTH) / originalLength;
  }

  private List<Double> factorOfEachPair(String key) {
    List<Double> factors = scaling.numbers(key);
    if (factors.size() != rotated / 2 || factors.stream().anyMatch(factor -> !(factor > 0))) {
      throw scaling.wrong(
          key,
          "it must have a positive number for each of %s rotated pairs".formatted(rotated / 2));
    }
    return factors;
  }

  /**
   * The length, in tokens, that the model was trained on before it was stretched. An override that
   * does not give it stretches from where config.json began.
   */
  private int originalLength() {
    List<ConfigFile> places =
        isOverride ? List.of(scaling, config, configured) : List.of(config, configured);
    return places.stream()
        .filter(place -> place.has(ORIGINAL_LENGTH))
        .findFirst()
        .map(place -> place.positive(ORIGINAL_LENGTH))
        .orElseGet(() -> config.positive(MAX_LENGTH));
  }
}
