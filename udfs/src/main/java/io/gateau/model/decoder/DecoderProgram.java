package io.gateau.model.decoder;

import ai.djl.Device;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.LayerConfig.Activation;
import io.gateau.model.checkpoint.LayerConfig.Norms;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.checkpoint.Processor;
import io.gateau.model.torch.TorchProgram;
import java.util.Map;

/** Puts the decoder program together from its parts. */
public final class DecoderProgram {
  private DecoderProgram() {}

  /** How projections are computed, and so in what order their weights are kept. */
  public enum LinearKernels {
    /** As a checkpoint orders them; for every number type and device. */
    PLAIN("linear.py"),
    /**
     * In the order of oneDNN's kernels, where libtorch would otherwise copy them into it for every
     * product.
     */
    PREPACKED("prepacked_linear.py");

    private final String resource;

    LinearKernels(String resource) {
      this.resource = resource;
    }

    public static LinearKernels of(Dtype type, Device device) {
      return type == Dtype.BFLOAT16
              && !device.isGpu()
              && Processor.thisCpu() == Processor.CPU_WITH_BFLOAT16
          ? PREPACKED
          : PLAIN;
    }
  }

  /** The program that scores. */
  public static TorchProgram of(
      ModelConfig config, LinearKernels linear, TileSizes blocks, Device device) {
    String source = source("decoder.py") + source(linear.resource);
    return new TorchProgram("Decoder", source, attributes(config, blocks), device);
  }

  /** The program that scores, with more methods in the same class. */
  public static TorchProgram with(String methods, ModelConfig config, Device device) {
    String source = source("decoder.py") + source(LinearKernels.PLAIN.resource) + methods;
    return new TorchProgram("Decoder", source, attributes(config, TileSizes.DEFAULT), device);
  }

  private static String source(String resource) {
    return TorchProgram.source(DecoderProgram.class, resource);
  }

  private static Map<String, Object> attributes(ModelConfig config, TileSizes blocks) {
    return Map.ofEntries(
        Map.entry("heads", config.heads()),
        Map.entry("kv_heads", config.keyValueHeads()),
        Map.entry("head_size", config.headSize()),
        Map.entry("norm_eps", config.normEpsilon()),
        Map.entry("norm_adds_one", config.layerConfig().norms() == Norms.PRE_AND_POST),
        Map.entry("gelu", config.layerConfig().activation() == Activation.GELU_TANH),
        Map.entry("embedding_scale", config.layerConfig().embeddingScale()),
        Map.entry("attention_scale", config.layerConfig().attentionScale()),
        Map.entry("block_tokens", blocks.tokens()),
        Map.entry("block_scores", blocks.scores()),
        Map.entry("block_rows", blocks.rows()),
        Map.entry("block_keys", blocks.keys()),
        Map.entry("block_head_rows", blocks.headRows()),
        Map.entry("block_logits", blocks.logits()));
  }
}
