package io.gateau.model.decoder;

import ai.djl.Device;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.LayerConfig;
import io.gateau.model.checkpoint.LayerConfig.Activation;
import io.gateau.model.checkpoint.LayerConfig.Norms;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.checkpoint.Processor;
import io.gateau.model.torch.TorchProgram;
import java.util.Map;

/**
 * Puts the TorchScript program of a decoder together: decoder.py, measures.py and one file of
 * linear layers.
 */
public final class DecoderProgram {
  private static final String CLASS_NAME = "Decoder";

  // PyTorch's numbers for dtypes (c10/core/ScalarType.h), beside those of Dtype.
  private static final int FLOAT64 = 7;
  private static final int BOOLEAN = 11;

  private DecoderProgram() {}

  /** How linear layers are computed, and so in which order their weights are kept. */
  public enum LinearKernels {
    /** Over weights as a checkpoint orders them; for every dtype and device. */
    PLAIN("linear.py"),
    /**
     * Over weights in the order of oneDNN's kernels, where libtorch would otherwise copy a weight
     * into that order for every matrix product.
     */
    PREPACKED("prepacked_linear.py");

    private final String resource;

    LinearKernels(String resource) {
      this.resource = resource;
    }

    /** The faster kernels for a dtype on a device. */
    public static LinearKernels of(Dtype dtype, Device device) {
      boolean bfloat16OnCpu =
          dtype == Dtype.BFLOAT16
              && !device.isGpu()
              && Processor.thisCpu() == Processor.CPU_WITH_BFLOAT16;
      return bfloat16OnCpu ? PREPACKED : PLAIN;
    }
  }

  /** Compiles the program that scores. */
  public static TorchProgram of(
      ModelConfig config, LinearKernels kernels, TileSizes tiles, Device device) {
    return new TorchProgram(CLASS_NAME, source(kernels), attributes(config, tiles), device);
  }

  /**
   * The program that scores over plain weights, as PyTorch loads it: gpu_check.py runs it there.
   */
  static byte[] archive(ModelConfig config, TileSizes tiles) {
    return TorchProgram.archive(CLASS_NAME, source(LinearKernels.PLAIN), attributes(config, tiles));
  }

  /** Compiles the program that scores, over plain weights, with more methods in its class. */
  public static TorchProgram withMethods(String methods, ModelConfig config, Device device) {
    String source = source(LinearKernels.PLAIN) + methods;
    return new TorchProgram(CLASS_NAME, source, attributes(config, TileSizes.DEFAULT), device);
  }

  private static String source(LinearKernels kernels) {
    return source("decoder.py") + source("measures.py") + source(kernels.resource);
  }

  private static String source(String resource) {
    return TorchProgram.source(DecoderProgram.class, resource);
  }

  /** The module attributes that decoder.py declares. */
  private static Map<String, Object> attributes(ModelConfig config, TileSizes tiles) {
    LayerConfig layer = config.layerConfig();
    return Map.ofEntries(
        Map.entry("heads", config.heads()),
        Map.entry("kv_heads", config.keyValueHeads()),
        Map.entry("head_size", config.headSize()),
        Map.entry("norm_eps", config.normEpsilon()),
        Map.entry("norm_adds_one", layer.norms() == Norms.PRE_AND_POST),
        Map.entry("gelu", layer.activation() == Activation.GELU_TANH),
        Map.entry("embedding_scale", layer.embeddingScale()),
        Map.entry("attention_scale", layer.attentionScale()),
        Map.entry("tile_tokens", tiles.tokens()),
        Map.entry("tile_attention_weights", tiles.attentionWeights()),
        Map.entry("min_tile_rows", tiles.minRows()),
        Map.entry("row_attention_tokens", tiles.rowAttentionTokens()),
        Map.entry("tile_logits_rows", tiles.logitsRows()),
        Map.entry("tile_logits", tiles.logits()),
        Map.entry("float32", Dtype.FLOAT32.scalarType),
        Map.entry("float64", FLOAT64),
        Map.entry("boolean", BOOLEAN));
  }
}
