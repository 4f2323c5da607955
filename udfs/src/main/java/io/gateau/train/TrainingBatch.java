package io.gateau.train;

/**
 * Sequences to learn from, all of one length, and how much each of their tokens counts.
 *
 * @param tokens (B, T) token ids
 * @param lossWeights (B, T), 0 or more: the weight of each token in the mean loss; that of the
 *     first token of a sequence is ignored, because nothing predicts it
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
record TrainingBatch(int[][] tokens, float[][] lossWeights) {
  TrainingBatch {
    if (tokens.length == 0 || tokens.length != lossWeights.length) {
      throw new IllegalArgumentException(
          "%d sequences with %d rows of loss weights; give one row for each sequence"
              .formatted(tokens.length, lossWeights.length));
    }
    double sum = 0;
    for (int row = 0; row < tokens.length; row++) {
      if (tokens[row].length != tokens[0].length || lossWeights[row].length != tokens[0].length) {
        throw new IllegalArgumentException(
            "sequence %d has %d tokens and %d loss weights; all sequences of a batch need %d"
                .formatted(row, tokens[row].length, lossWeights[row].length, tokens[0].length));
      }
      for (int i = 1; i < lossWeights[row].length; i++) {
        if (!(lossWeights[row][i] >= 0)) {
          throw new IllegalArgumentException(
              "sequence %d: the loss weight %s is not 0 or more"
                  .formatted(row, lossWeights[row][i]));
        }
        sum += lossWeights[row][i];
      }
    }
    if (!(sum > 0) || Double.isInfinite(sum)) {
      throw new IllegalArgumentException(
          "the loss weights add up to %s; at least one token after the first must count"
              .formatted(sum));
    }
  }

  /** Number of tokens of all sequences. */
  int size() {
    return tokens.length * tokens[0].length;
  }

  /** Number of tokens of a sequence. */
  int length() {
    return tokens[0].length;
  }
}
