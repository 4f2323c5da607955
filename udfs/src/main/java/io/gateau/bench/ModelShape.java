package io.gateau.bench;

import io.gateau.model.Devices;
import io.gateau.model.checkpoint.Family;
import io.gateau.model.checkpoint.LayerConfig;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.checkpoint.RotaryEmbedding;
import io.gateau.model.checkpoint.RotaryScaling;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Shapes of well-known models, for estimates and measurements without their files. */
public enum ModelShape {
  /** Touvron et al., arXiv 2307.09288. */
  LLAMA_2_7B(32, 4_096, 32, 32, 11_008, 32_000),
  /** Dubey et al., arXiv 2407.21783, table 3. */
  LLAMA_3_8B(32, 4_096, 32, 8, 14_336, 128_256),
  /** Dubey et al., arXiv 2407.21783, table 3, the column of 70B. */
  LLAMA_3_70B(80, 8_192, 64, 8, 28_672, 128_256),
  /** Fits into every machine; its matrices are large enough to use all cores. */
  SMALL(4, 768, 12, 4, 2_048, 32_000);

  @SuppressWarnings("ImmutableEnumChecker") // Its lists are never modified.
  private final ModelConfig config;

  ModelShape(int layers, int hidden, int heads, int keyValueHeads, int inner, int vocabulary) {
    int headSize = hidden / heads;
    RotaryEmbedding rotary = new RotaryEmbedding(headSize, 500_000, new RotaryScaling.None());
    config =
        new ModelConfig(
            Family.LLAMA,
            layers,
            hidden,
            heads,
            keyValueHeads,
            headSize,
            inner,
            vocabulary,
            1e-5,
            false,
            -1,
            LayerConfig.plain(layers, headSize),
            rotary,
            rotary);
  }

  /** What is timed on a device: a GPU needs larger matrices than {@link #SMALL} has. */
  public static ModelConfig timedOn(String device) {
    return Devices.isGpu(device)
        ? LLAMA_3_8B.config().withLayers(SMALL.config().layers())
        : SMALL.config();
  }

  public ModelConfig config() {
    return config;
  }

  /** The name on the command line: {@code llama-2-7b}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The names of all, for messages. */
  public static String codes() {
    return Arrays.stream(values()).map(ModelShape::code).collect(Collectors.joining(", "));
  }
}
