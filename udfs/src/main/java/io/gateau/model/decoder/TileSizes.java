package io.gateau.model.decoder;

/**
 * How much is loaded and formed at a time: speed and memory only, never a number beyond rounding.
 *
 * @param weights numbers of a weight converted and copied at a time: what loading needs beside the
 *     weights themselves
 * @param tokens tokens that norms, projections and the feed-forward block read at a time; bounds
 *     their inner activations
 * @param scores attention weights held at a time where they are formed at all
 * @param rows rows of attention weights held at a time at the least, so that keys are not read anew
 *     for each
 * @param keys tokens of a sequence up to which attention in float32 is formed by blocks of rows,
 *     beyond by libtorch's fused kernel
 * @param headRows positions whose logits are formed at a time
 * @param logits logits held at a time
 */
public record TileSizes(
    int weights, int tokens, int scores, int rows, int keys, int headRows, int logits) {
  /** What the caches of a core hold; logits, whose matrix is far larger, in wider blocks. */
  public static final TileSizes DEFAULT =
      new TileSizes(16 << 20, 1024, 1 << 19, 32, 1024, 2048, 1 << 22);

  public TileSizes {
    if (weights < 1
        || tokens < 1
        || scores < 1
        || rows < 1
        || keys < 1
        || headRows < 1
        || logits < 1) {
      throw new IllegalArgumentException("a block size is below 1");
    }
  }

  /** With at most so many numbers of a weight at a time. */
  TileSizes withWeights(int most) {
    return new TileSizes(Math.min(most, weights), tokens, scores, rows, keys, headRows, logits);
  }
}
