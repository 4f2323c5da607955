package io.gateau.jobs.settings;

import static io.gateau.jobs.settings.Section.MODELS;

import io.gateau.model.Devices;
import io.gateau.model.MemoryPolicy;
import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.RopeScalingOverride;
import java.util.List;

/** The models, and where and how they run. */
public final class ModelKeys {
  public static final Setting<String> SHORT_MODEL =
      Setting.named("models.short.path")
          .in(MODELS)
          .flag("--short-model")
          .label("DIR")
          .parsedBy(Parsers.path())
          .describedAs(
              "Model A, with the short context window: a Hugging Face folder with config.json,"
                  + " tokenizer.json and safetensors, also as a URL such as s3a://bucket/model; or"
                  + " embedded:short.");

  public static final Setting<String> LONG_MODEL =
      Setting.named("models.long.path")
          .in(MODELS)
          .flag("--long-model")
          .label("DIR")
          .parsedBy(Parsers.path())
          .describedAs(
              "Model B, its sibling with the long window; may be the same folder with another"
                  + " rotary base; or embedded:long.");

  public static final Setting<String> UNRELATED_MODEL =
      Setting.named("models.unrelated.path")
          .in(MODELS)
          .flag("--unrelated-model")
          .label("DIR")
          .parsedBy(Parsers.path())
          .describedAs(
              "A model of another family, for the strategy non-homologous alone; its tokenizer may"
                  + " be another one.");

  static final Setting<Double> SHORT_ROPE_THETA =
      Setting.named("models.short.rope-theta")
          .in(MODELS)
          .flag("--short-rope-theta")
          .label("BASE")
          .parsedBy(Parsers.number(ModelKeys::checkRopeTheta))
          .describedAs("Rotary base of model A, in place of config.json's.");

  static final Setting<RopeScalingOverride> SHORT_ROPE_SCALING =
      Setting.named("models.short.rope-scaling")
          .in(MODELS)
          .flag("--short-rope-scaling")
          .label("SCALING")
          .parsedBy(Parsers.named(RopeScalingOverride::of))
          .describedAs(ropeScalingOf("A"));

  static final Setting<Double> LONG_ROPE_THETA =
      Setting.named("models.long.rope-theta")
          .in(MODELS)
          .flag("--long-rope-theta")
          .label("BASE")
          .parsedBy(Parsers.number(ModelKeys::checkRopeTheta))
          .describedAs("Rotary base of model B, in place of config.json's.");

  static final Setting<RopeScalingOverride> LONG_ROPE_SCALING =
      Setting.named("models.long.rope-scaling")
          .in(MODELS)
          .flag("--long-rope-scaling")
          .label("SCALING")
          .parsedBy(Parsers.named(RopeScalingOverride::of))
          .describedAs(ropeScalingOf("B"));

  public static final Setting<Dtype> DTYPE =
      Setting.named("models.dtype")
          .in(MODELS)
          .flag("--dtype")
          .label("TYPE")
          .defaultsTo("auto")
          .parsedBy(Parsers.named(Dtype::of))
          .describedAs(
              ("Dtype of the weights: %s; auto is config.json's on a GPU; on a CPU float32, or"
                      + " bfloat16 if config.json says so and the CPU has instructions for it.")
                  .formatted(Parsers.codes(Dtype.class)));

  static final Setting<String> DEVICE =
      Setting.named("models.device")
          .in(MODELS)
          .flag("--device")
          .label("DEVICE")
          .defaultsTo(Devices.AUTO)
          .parsedBy(Parsers.named(Devices::checked))
          .describedAs(
              "Where the models run: auto, cpu, cuda or cuda:N; auto is a GPU if there is one, cuda must"
                  + " be one; under Spark, the one that it gave the task.");

  static final Setting<Long> DEVICE_MEMORY =
      Setting.named("models.device-memory")
          .in(MODELS)
          .flag("--device-memory")
          .label("SIZE")
          .defaultsTo("auto")
          .parsedBy(Parsers.named(MemoryPolicy::parseMemory))
          .describedAs(
              "What weights and activations may take of a device together, such as 24g; auto: what"
                  + " is free. A sample that needs more is rejected as out-of-memory.");

  public static final Setting<Integer> STREAM_LAYERS =
      Setting.named("models.stream-layers")
          .in(MODELS)
          .flag("--stream-layers")
          .label("TOKENS")
          .defaultsTo(MemoryPolicy.RESIDENT)
          .fallsBackTo(MemoryPolicy.DEFAULT_BATCH_GROUP_TOKENS)
          .parsedBy(Parsers.integer(ModelKeys::checkStreamLayers))
          .describedAs(
              ("For models larger than the device: bring one layer at a time to it, for so many"
                      + " tokens; alone: for %d. 0: all layers stay there.")
                  .formatted(MemoryPolicy.DEFAULT_BATCH_GROUP_TOKENS));

  /** All model settings, in the order of the help. */
  static final List<Setting<?>> ALL =
      List.of(
          SHORT_MODEL,
          LONG_MODEL,
          UNRELATED_MODEL,
          SHORT_ROPE_THETA,
          SHORT_ROPE_SCALING,
          LONG_ROPE_THETA,
          LONG_ROPE_SCALING,
          DTYPE,
          DEVICE,
          DEVICE_MEMORY,
          STREAM_LAYERS);

  private ModelKeys() {}

  private static String ropeScalingOf(String model) {
    return ("Rotary scaling of model %s, in place of config.json's: none, linear:F, dynamic:F,"
            + " yarn:F[:LENGTH], llama3:F[:LENGTH], or a JSON object as under rope_scaling.")
        .formatted(model);
  }

  private static void checkRopeTheta(double theta) {
    if (theta == ModelSpec.CONFIGURED_THETA) {
      throw new IllegalArgumentException(
          "rope-theta is 0; leave it out to use config.json's, or give a positive number");
    }
    new ModelSpec("any", theta, Dtype.FLOAT32, Devices.AUTO);
  }

  private static void checkStreamLayers(int tokens) {
    new MemoryPolicy(MemoryPolicy.AVAILABLE, tokens);
  }
}
