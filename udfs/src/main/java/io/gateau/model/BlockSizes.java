package io.gateau.model;

/**
 * How much is loaded and formed at a time: speed and memory only, never a number.
 *
 * @param weights numbers of a weight converted and copied at a time: what loading needs beside the
 *     weights themselves
 * @param tokens tokens that the feed-forward block reads at a time; bounds its inner activations
 * @param scores attention weights held at a time where they are formed at all
 * @param rows rows of attention weights held at a time at the least, so that keys are not read anew
 *     for each
 * @param logits logits held at a time
 */
record BlockSizes(int weights, int tokens, int scores, int rows, int logits) {
  /** Attention weights that the caches hold; 128 MiB of float32 logits. */
  static final BlockSizes DEFAULT = new BlockSizes(16 << 20, 2048, 2 << 20, 16, 32 << 20);

  BlockSizes {
    if (weights < 1 || tokens < 1 || scores < 1 || rows < 1 || logits < 1) {
      throw new IllegalArgumentException("a block size is below 1");
    }
  }
}
