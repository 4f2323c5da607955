package io.gateau.train;

import java.util.Random;

/**
 * Random tokens, repeated again and again; only the repeats count. What it teaches is to find an
 * earlier place that looks like this one and to copy what came next: the induction heads (arXiv
 * 2209.11895) that recall is made of, and that do not form from recall alone within millions of
 * tokens.
 */
final class CopyTask implements TrainingSource {
  private static final int SHORTEST = 6;

  private final int vocabulary;
  private final int sequences;
  private final int tokens;
  private final Random random;

  /** Batches of {@code sequences} of {@code tokens} tokens, repeated after half of them at most. */
  CopyTask(int vocabulary, int sequences, int tokens, long seed) {
    if (tokens < 2 * SHORTEST) {
      throw new IllegalArgumentException(
          tokens + " tokens leave no room for repeats; give " + 2 * SHORTEST + " or more");
    }
    this.vocabulary = vocabulary;
    this.sequences = sequences;
    this.tokens = tokens;
    this.random = new Random(seed);
  }

  @Override
  public TrainingBatch next() {
    int[][] all = new int[sequences][tokens];
    float[][] shares = new float[sequences][tokens];
    for (int row = 0; row < sequences; row++) {
      int period = random.nextInt(SHORTEST, tokens / 2 + 1);
      for (int i = 0; i < tokens; i++) {
        all[row][i] = i < period ? random.nextInt(vocabulary) : all[row][i - period];
        shares[row][i] = i < period ? 0 : 1;
      }
    }
    return new TrainingBatch(all, shares);
  }
}
