package io.gateau.model;

import io.gateau.model.checkpoint.LayerConfig;
import io.gateau.model.checkpoint.ModelConfig;
import java.io.Serializable;
import java.util.List;

/**
 * Floating-point operations of a forward pass: its matrix products, which are nearly all of it. The
 * counts are those of Kaplan et al., arXiv 2001.08361, table 1, with attention of a causal mask,
 * which is half of the full square, and with a vocabulary projection of the scored tokens alone.
 */
public final class ForwardCost implements Serializable {
  private static final long serialVersionUID = 1;

  /** Of the weights of all layers, per token. */
  private final double flopsPerToken;

  /** Of the scores and the weighted sum of one layer, per pair of a query and a key. */
  private final double flopsPerPair;

  /** Of the vocabulary projection, per scored token. */
  private final double flopsPerLoss;

  /** Of the weights of one layer that make queries and keys, per token. */
  private final double flopsPerQueryAndKey;

  private final List<Integer> windows;

  /** The cost of a decoder. */
  public ForwardCost(ModelConfig model) {
    double attention = (double) model.heads() * model.headSize();
    double keysAndValues = (double) model.keyValueHeads() * model.headSize();
    double hidden = model.hiddenSize();
    double weights =
        hidden * (2 * attention + 2 * keysAndValues) + 3 * hidden * model.feedForwardSize();
    flopsPerToken = 2 * weights * model.layers();
    flopsPerPair = 4 * attention;
    flopsPerLoss = 2 * hidden * model.vocabularySize();
    flopsPerQueryAndKey = 2 * hidden * (attention + keysAndValues);
    windows = model.layerConfig().windows();
  }

  /**
   * The operations of one sequence.
   *
   * @param tokens of the sequence, at least 0
   * @param scoredTokens of them that get a loss
   */
  public double flops(long tokens, long scoredTokens) {
    double pairs = 0;
    for (int window : windows) {
      pairs += pairs(tokens, window);
    }
    return flopsPerToken * tokens + flopsPerPair * pairs + flopsPerLoss * scoredTokens;
  }

  /**
   * The operations of the attention weights of the first layer, of which nothing else is computed:
   * queries, keys and scores.
   *
   * @param tokens of the sequence, at least 0
   */
  public double firstLayerAttentionFlops(long tokens) {
    return flopsPerQueryAndKey * tokens + 0.5 * flopsPerPair * pairs(tokens, windows.get(0));
  }

  /** Pairs of a query and a key that a causal mask with this window leaves. */
  private static double pairs(long tokens, int window) {
    double all = 0.5 * tokens * (tokens + 1.0);
    if (window == LayerConfig.NO_WINDOW || tokens <= window) {
      return all;
    }
    double hidden = tokens - (double) window;
    return all - 0.5 * hidden * (hidden + 1);
  }
}
