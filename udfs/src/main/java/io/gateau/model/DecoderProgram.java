package io.gateau.model;

import ai.djl.Device;
import io.gateau.model.BlockOptions.Activation;
import io.gateau.model.BlockOptions.Norms;
import java.util.Map;

/** Puts the decoder program together from its parts. */
final class DecoderProgram {
  private DecoderProgram() {}

  /** How projections are computed, and so in what order their weights are kept. */
  enum Products {
    /** As a checkpoint orders them; for every number type and device. */
    PLAIN("products.py"),
    /**
     * In the order of oneDNN's kernels, where libtorch would otherwise copy them into it for every
     * product.
     */
    PACKED("packed_products.py");

    private final String resource;

    Products(String resource) {
      this.resource = resource;
    }

    static Products of(NumberType type, Device device) {
      return type == NumberType.BFLOAT16
              && !device.isGpu()
              && Processor.thisCpu() == Processor.CPU_WITH_BFLOAT16
          ? PACKED
          : PLAIN;
    }
  }

  /** The program that scores. */
  static TorchProgram of(ModelConfig config, Products products, BlockSizes blocks, Device device) {
    String source = TorchProgram.source("decoder.py") + TorchProgram.source(products.resource);
    return new TorchProgram("Decoder", source, attributes(config, blocks), device);
  }

  /** The program that scores in float32, with the methods that train. */
  static TorchProgram training(ModelConfig config, Device device) {
    String source =
        TorchProgram.source("decoder.py")
            + TorchProgram.source(Products.PLAIN.resource)
            + TorchProgram.source("trainer.py");
    return new TorchProgram("Decoder", source, attributes(config, BlockSizes.DEFAULT), device);
  }

  private static Map<String, Object> attributes(ModelConfig config, BlockSizes blocks) {
    return Map.ofEntries(
        Map.entry("heads", config.heads()),
        Map.entry("kv_heads", config.keyValueHeads()),
        Map.entry("head_size", config.headSize()),
        Map.entry("norm_eps", config.normEpsilon()),
        Map.entry("norm_adds_one", config.blocks().norms() == Norms.AROUND),
        Map.entry("gelu", config.blocks().activation() == Activation.GELU_TANH),
        Map.entry("embedding_scale", config.blocks().embeddingScale()),
        Map.entry("attention_scale", config.blocks().attentionScale()),
        Map.entry("block_tokens", blocks.tokens()),
        Map.entry("block_scores", blocks.scores()),
        Map.entry("block_rows", blocks.rows()),
        Map.entry("block_keys", blocks.keys()),
        Map.entry("block_head_rows", blocks.headRows()),
        Map.entry("block_logits", blocks.logits()));
  }
}
