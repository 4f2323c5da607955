package io.gateau.model.checkpoint;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * How a family puts the shared blocks together: everything about a decoder layer that is not a
 * size.
 *
 * @param norms where norms stand and what they multiply by
 * @param headNorms whether each head of queries and keys is normed before its rotation
 * @param projections whether q, k, v and gate, up are stored apart
 * @param biased the projections that add a bias, by their names in the layer
 * @param activation what the gate of the feed-forward block goes through
 * @param embeddingScale what embeddings are multiplied by
 * @param attentionScale what q k^T is multiplied by before its softmax
 * @param windows for each layer how many positions a query sees, its own included, or {@link
 *     #NO_WINDOW}
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
  /** The window of a layer that sees everything before it. */
  public static final int NO_WINDOW = 0;

  public enum Norms {
    /** Before attention and before the feed-forward block, times w. */
    PRE,
    /** Before and after both, times 1 + w, in float32. */
    PRE_AND_POST
  }

  enum Projections {
    SEPARATE,
    FUSED
  }

  public enum Activation {
    SILU("silu"),
    GELU_TANH("gelu_pytorch_tanh");

    /** Its name in config.json. */
    final String code;

    Activation(String code) {
      this.code = code;
    }
  }

  /** Llama's blocks: norms before, no biases, silu, full attention scaled by E^-0.5. */
  public static LayerConfig plain(int layers, int headSize) {
    return new LayerConfig(
        Norms.PRE,
        false,
        Projections.SEPARATE,
        List.of(),
        Activation.SILU,
        1,
        1 / Math.sqrt(headSize),
        Collections.nCopies(layers, NO_WINDOW));
  }

  public LayerConfig {
    biased = List.copyOf(biased);
    windows = List.copyOf(windows);
  }

  LayerConfig withNorms(Norms other) {
    return new LayerConfig(
        other, headNorms, projections, biased, activation, embeddingScale, attentionScale, windows);
  }

  LayerConfig withHeadNorms() {
    return new LayerConfig(
        norms, true, projections, biased, activation, embeddingScale, attentionScale, windows);
  }

  LayerConfig withProjections(Projections other) {
    return new LayerConfig(
        norms, headNorms, other, biased, activation, embeddingScale, attentionScale, windows);
  }

  /** With biases in these projections too. */
  LayerConfig withBiases(List<String> more) {
    List<String> all = new ArrayList<>(biased);
    all.addAll(more);
    return new LayerConfig(
        norms, headNorms, projections, all, activation, embeddingScale, attentionScale, windows);
  }

  public LayerConfig withActivation(Activation other) {
    return new LayerConfig(
        norms, headNorms, projections, biased, other, embeddingScale, attentionScale, windows);
  }

  LayerConfig withScales(double embedding, double attention) {
    return new LayerConfig(
        norms, headNorms, projections, biased, activation, embedding, attention, windows);
  }

  /** Of the first layers only. */
  LayerConfig withLayers(int count) {
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

  /** A window of {@code positions} in the layers that {@code narrow} picks. */
  public LayerConfig withWindow(int positions, IntPredicate narrow) {
    List<Integer> each = new ArrayList<>();
    for (int layer = 0; layer < windows.size(); layer++) {
      each.add(narrow.test(layer) ? positions : NO_WINDOW);
    }
    return new LayerConfig(
        norms, headNorms, projections, biased, activation, embeddingScale, attentionScale, each);
  }
}
