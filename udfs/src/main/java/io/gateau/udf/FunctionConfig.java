package io.gateau.udf;

import io.gateau.model.Devices;
import io.gateau.model.MemoryPolicy;
import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.Processor;
import io.gateau.model.checkpoint.RopeScalingOverride;
import io.gateau.model.tokenizer.SpecialTokens;
import io.gateau.score.AttentionFocus;
import io.gateau.score.PromptTemplate;
import io.gateau.score.ScoringConfig;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The options of a SQL function, from its map of strings; the names are those of the command line.
 *
 * @param model which model the function uses
 * @param scoring how it scores
 */
record FunctionConfig(ModelSpec model, ScoringConfig scoring) {
  private static final Set<String> KNOWN =
      new TreeSet<>(
          Set.of(
              "rope-theta",
              "rope-scaling",
              "dtype",
              "device",
              "max-tokens",
              "segment-tokens",
              "segment-overlap",
              "attention-layers",
              "attention-heads",
              "batch-tokens",
              "special-tokens"));

  /**
   * Reads the options of a call; those that are not given have their defaults.
   *
   * @param path directory or name of the model
   * @throws IllegalArgumentException naming the option that is unknown, null or not valid
   */
  static FunctionConfig of(String path, Map<String, String> options) {
    for (Map.Entry<String, String> option : options.entrySet()) {
      if (!KNOWN.contains(option.getKey())) {
        throw new IllegalArgumentException(
            "option %s is not known; use %s".formatted(option.getKey(), KNOWN));
      }
      if (option.getValue() == null) {
        throw new IllegalArgumentException(
            "option %s is null; leave it out for its usual value".formatted(option.getKey()));
      }
    }
    ScoringConfig defaults = ScoringConfig.DEFAULT;
    return new FunctionConfig(
        new ModelSpec(
            path,
            ropeTheta(options),
            Optional.ofNullable(options.get("rope-scaling"))
                .map(RopeScalingOverride::of)
                .orElse(RopeScalingOverride.CONFIGURED),
            Dtype.of(options.getOrDefault("dtype", "auto")),
            options.getOrDefault("device", Devices.AUTO),
            MemoryPolicy.DEFAULT),
        new ScoringConfig(
            PromptTemplate.GATEAU,
            number(options, "max-tokens", defaults.maxTokens()),
            number(options, "segment-tokens", defaults.segmentTokens()),
            number(options, "segment-overlap", defaults.segmentOverlap()),
            new AttentionFocus(
                options.getOrDefault("attention-layers", AttentionFocus.ALL),
                options.getOrDefault("attention-heads", AttentionFocus.ALL)),
            ScoringConfig.batchTokensOf(options.getOrDefault("batch-tokens", "auto")),
            Optional.ofNullable(options.get("special-tokens"))
                .map(SpecialTokens::of)
                .orElse(defaults.specialTokens()),
            defaults.recentTokens()));
  }

  /**
   * These options with the dtype resolved for this task.
   *
   * @param cpu the CPU that dtype auto goes by if the task has no GPU
   */
  FunctionConfig resolve(Processor cpu) {
    return new FunctionConfig(TaskModels.resolve(model, cpu), scoring);
  }

  private static double ropeTheta(Map<String, String> options) {
    String text = options.get("rope-theta");
    try {
      return text == null ? ModelSpec.CONFIGURED_THETA : Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "option rope-theta is %s; use a number".formatted(text), e);
    }
  }

  private static int number(Map<String, String> options, String name, int defaultValue) {
    String text = options.get(name);
    try {
      return text == null ? defaultValue : Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "option %s is %s; it must be a whole number".formatted(name, text), e);
    }
  }
}
