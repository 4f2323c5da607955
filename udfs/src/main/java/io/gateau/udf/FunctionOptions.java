package io.gateau.udf;

import io.gateau.model.AttentionFocus;
import io.gateau.model.Devices;
import io.gateau.model.ModelSpec;
import io.gateau.model.NumberType;
import io.gateau.model.Placement;
import io.gateau.model.Processor;
import io.gateau.model.PromptTemplate;
import io.gateau.model.ScalingOverride;
import io.gateau.model.ScoringSettings;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The options map of the SQL functions: the command line's names, as strings. */
record FunctionOptions(ModelSpec model, ScoringSettings settings) {
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
              "batch-tokens"));

  static FunctionOptions of(String path, Map<String, String> options) {
    for (Map.Entry<String, String> option : options.entrySet()) {
      if (!KNOWN.contains(option.getKey())) {
        throw new IllegalArgumentException(
            "option " + option.getKey() + " is not known; use " + KNOWN);
      }
      if (option.getValue() == null) {
        throw new IllegalArgumentException(
            "option " + option.getKey() + " is null; leave it out for its usual value");
      }
    }
    ScoringSettings defaults = ScoringSettings.DEFAULT;
    return new FunctionOptions(
        new ModelSpec(
            path,
            ropeTheta(options),
            Optional.ofNullable(options.get("rope-scaling"))
                .map(ScalingOverride::of)
                .orElse(ScalingOverride.CONFIGURED),
            NumberType.of(options.getOrDefault("dtype", "auto")),
            options.getOrDefault("device", Devices.AUTO),
            Placement.DEFAULT),
        new ScoringSettings(
            PromptTemplate.GATEAU,
            number(options, "max-tokens", defaults.maxTokens()),
            number(options, "segment-tokens", defaults.segmentTokens()),
            number(options, "segment-overlap", defaults.segmentOverlap()),
            new AttentionFocus(
                options.getOrDefault("attention-layers", AttentionFocus.ALL),
                options.getOrDefault("attention-heads", AttentionFocus.ALL)),
            ScoringSettings.batchTokensOf(options.getOrDefault("batch-tokens", "auto"))));
  }

  /** With the number type that dtype auto means in this task, given the CPU that it goes by. */
  FunctionOptions concrete(Processor cpu) {
    return new FunctionOptions(TaskModels.concrete(model, cpu), settings);
  }

  private static double ropeTheta(Map<String, String> options) {
    String text = options.get("rope-theta");
    try {
      return text == null ? ModelSpec.CONFIGURED_THETA : Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("option rope-theta is " + text + "; use a number", e);
    }
  }

  private static int number(Map<String, String> options, String name, int otherwise) {
    String text = options.get(name);
    try {
      return text == null ? otherwise : Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "option " + name + " is " + text + "; it must be a whole number", e);
    }
  }
}
