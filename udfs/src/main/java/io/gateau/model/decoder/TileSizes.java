package io.gateau.model.decoder;

/**
 * How much is loaded and computed at a time: speed and memory only, never a number beyond rounding.
 *
 * @param loadElements elements of a weight that are converted and copied at a time; loading needs
 *     their memory beside the weights
 * @param tokens tokens that norms, linear layers and the feed-forward block compute at a time
 * @param attentionWeights attention weights that exist at a time, where they are formed at all
 * @param minRows query rows whose attention weights are formed at a time at the least, so that keys
 *     are not read again for each row
 * @param rowAttentionTokens tokens of a sequence up to which attention in float32 is computed by
 *     tiles of rows; longer sequences use libtorch's fused kernel
 * @param logitsRows positions whose logits are formed at a time
 * @param logits logits that exist at a time
 */
public record TileSizes(
    int loadElements,
    int tokens,
    int attentionWeights,
    int minRows,
    int rowAttentionTokens,
    int logitsRows,
    int logits) {
  /** What the caches of a core hold; tiles of logits are larger, since the matrix is. */
  public static final TileSizes DEFAULT =
      new TileSizes(16 << 20, 1024, 1 << 19, 32, 1024, 2048, 1 << 22);

  public TileSizes {
    requirePositive("load-elements", loadElements);
    requirePositive("tokens", tokens);
    requirePositive("attention-weights", attentionWeights);
    requirePositive("min-rows", minRows);
    requirePositive("row-attention-tokens", rowAttentionTokens);
    requirePositive("logits-rows", logitsRows);
    requirePositive("logits", logits);
  }

  private static void requirePositive(String name, int size) {
    if (size < 1) {
      throw new IllegalArgumentException("tile size %s is %d, below 1".formatted(name, size));
    }
  }

  /** These sizes with at most {@code limit} elements of a weight loaded at a time. */
  TileSizes withLoadElements(int limit) {
    return new TileSizes(
        Math.min(limit, loadElements),
        tokens,
        attentionWeights,
        minRows,
        rowAttentionTokens,
        logitsRows,
        logits);
  }
}
