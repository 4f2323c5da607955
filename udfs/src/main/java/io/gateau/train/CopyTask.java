package io.gateau.train;

import java.util.Random;

/**
 * Random tokens, repeated again and again; only the repeats count. The model learns to find an
 * earlier place that looks like this one and to copy the token after it. These induction heads
 * (arXiv 2209.11895) are the basis of recall, and millions of tokens of recall alone do not form
 * them.
 */
final class CopyTask implements TrainingSource {
  private static final int SHORTEST = 6;

  private final int vocabulary;
  private final int sequences;
  private final int tokens;
  private final Random random;

  /**
   * Starts a source.
   *
   * @param vocabulary number of tokens to draw from
   * @param sequences of a batch
   * @param tokens of a sequence; the repeated part is half of it at the most
   */
  CopyTask(int vocabulary, int sequences, int tokens, long seed) {
    if (tokens < 2 * SHORTEST) {
      throw new IllegalArgumentException(
          "%d tokens leave no room for repeats; give %d or more".formatted(tokens, 2 * SHORTEST));
    }
    this.vocabulary = vocabulary;
    this.sequences = sequences;
    this.tokens = tokens;
    this.random = new Random(seed);
  }

  @Override
  public TrainingBatch next() {
    int[][] rows = new int[sequences][tokens];
    float[][] lossWeights = new float[sequences][tokens];
    for (int row = 0; row < sequences; row++) {
      int period = random.nextInt(SHORTEST, tokens / 2 + 1);
      for (int i = 0; i < tokens; i++) {
        rows[row][i] = i < period ? random.nextInt(vocabulary) : rows[row][i - period];
        lossWeights[row][i] = i < period ? 0 : 1;
      }
    }
    return new TrainingBatch(rows, lossWeights);
  }
}
