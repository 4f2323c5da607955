package io.gateau.model.checkpoint;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * How the layers of a decoder are built: everything about them that is not a size.
 *
 * @param norms where RMS norms are and what they multiply by
 * @param headNorms whether each head of queries and keys is normalised before its rotation
 * @param projections whether q, k, v and gate, up are stored as separate tensors
 * @param biased the projections that add a bias, by their names in the layer ({@code q_proj})
 * @param activation the function of the gate in the feed-forward block
 * @param embeddingScale what embeddings are multiplied by
 * @param attentionScale what q k^T is multiplied by before its softmax
 * @param windows the sliding window of each layer: the number of positions that a query attends to,
 *     its own included, or {@link #NO_WINDOW}
 */
public record LayerConfig(
    Norms norms,
    boolean headNorms,
    Projections projections,
    List<String> biased,
    Activation activation,
    double embeddingScale,
    double attentionScale,
    List<Integer> windows) {
  /** The window of a layer with full attention: a query attends to every position before it. */
  public static final int NO_WINDOW = 0;

  /** Where a layer has RMS norms. */
  public enum Norms {
    /** Before attention and before the feed-forward block; multiplied by the weight w. */
    PRE,
    /** Before and after both, in float32; multiplied by 1 + w (Gemma 3). */
    PRE_AND_POST
  }

  /** How the projections of a layer are stored. */
  enum Projections {
    /** q_proj, k_proj, v_proj, gate_proj and up_proj, each a tensor. */
    SEPARATE,
    /** qkv_proj and gate_up_proj, whose rows are those of the separate ones (Phi-3). */
    FUSED
  }

  /** The activation function of the feed-forward block. */
  public enum Activation {
    /** x * sigmoid(x). */
    SILU("silu"),
    /** GELU by its approximation with tanh. */
    GELU_TANH("gelu_pytorch_tanh");

    /** Its name in config.json. */
    final String code;

    Activation(String code) {
      this.code = code;
    }
  }

  public LayerConfig {
    biased = List.copyOf(biased);
    windows = List.copyOf(windows);
  }

  /**
   * Llama's layers: norms before each block, no biases, SiLU, full attention scaled by {@code
   * headSize}^-0.5.
   */
  public static LayerConfig plain(int layers, int headSize) {
    return builder(layers, headSize).build();
  }

  /** A builder that starts from {@link #plain}. */
  public static Builder builder(int layers, int headSize) {
    return new Builder(layers, headSize);
  }

  /** Whether all layers are {@link #plain} ones, apart from their windows. */
  public boolean isPlainButForWindows(int headSize) {
    return new LayerConfig(
            norms,
            headNorms,
            projections,
            biased,
            activation,
            embeddingScale,
            attentionScale,
            plain(windows.size(), headSize).windows)
        .equals(plain(windows.size(), headSize));
  }

  /** The first layers only. */
  LayerConfig first(int count) {
    return new LayerConfig(
        norms,
        headNorms,
        projections,
        biased,
        activation,
        embeddingScale,
        attentionScale,
        windows.subList(0, count));
  }

  /** Sets what differs from {@link #plain} layers. */
  public static final class Builder {
    private final List<String> biased = new ArrayList<>();
    private Norms norms = Norms.PRE;
    private boolean headNorms;
    private Projections projections = Projections.SEPARATE;
    private Activation activation = Activation.SILU;
    private double embeddingScale = 1;
    private double attentionScale;
    private List<Integer> windows;

    private Builder(int layers, int headSize) {
      attentionScale = 1 / Math.sqrt(headSize);
      windows = Collections.nCopies(layers, NO_WINDOW);
    }

    Builder norms(Norms value) {
      norms = value;
      return this;
    }

    /** Norms on each head of queries and keys. */
    Builder headNorms() {
      headNorms = true;
      return this;
    }

    Builder projections(Projections value) {
      projections = value;
      return this;
    }

    /** Adds biases to some projections. */
    Builder biases(List<String> names) {
      biased.addAll(names);
      return this;
    }

    /** The activation of the feed-forward block; {@link Activation#SILU} if not set. */
    public Builder activation(Activation value) {
      activation = value;
      return this;
    }

    Builder embeddingScale(double value) {
      embeddingScale = value;
      return this;
    }

    Builder attentionScale(double value) {
      attentionScale = value;
      return this;
    }

    /** A sliding window of {@code positions} in the layers that {@code has} accepts. */
    Builder window(int positions, IntPredicate has) {
      windows =
          IntStream.range(0, windows.size())
              .mapToObj(layer -> has.test(layer) ? positions : NO_WINDOW)
              .toList();
      return this;
    }

    /** The layers as they have been set. */
    public LayerConfig build() {
      return new LayerConfig(
          norms,
          headNorms,
          projections,
          biased,
          activation,
          embeddingScale,
          attentionScale,
          windows);
    }
  }
}
