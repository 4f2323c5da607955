package io.gateau.train;

/**
 * Sequences to learn from, all of one length, and which of their tokens count.
 *
 * @param tokens (B, T) token ids
 * @param shares (B, T), from 0 on: how much each token counts in the mean loss; the first token of
 *     a sequence cannot be predicted and its share is not looked at
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
record TrainingBatch(int[][] tokens, float[][] shares) {
  TrainingBatch {
    if (tokens.length == 0 || tokens.length != shares.length) {
      throw new IllegalArgumentException(
          tokens.length
              + " sequences with "
              + shares.length
              + " rows of shares; give one for each");
    }
    double sum = 0;
    for (int row = 0; row < tokens.length; row++) {
      if (tokens[row].length != tokens[0].length || shares[row].length != tokens[0].length) {
        throw new IllegalArgumentException(
            "sequence "
                + row
                + " has "
                + tokens[row].length
                + " tokens and "
                + shares[row].length
                + " shares; all sequences of a batch need "
                + tokens[0].length);
      }
      for (int i = 1; i < shares[row].length; i++) {
        if (!(shares[row][i] >= 0)) {
          throw new IllegalArgumentException(
              "sequence " + row + ": the share " + shares[row][i] + " is not 0 or more");
        }
        sum += shares[row][i];
      }
    }
    if (!(sum > 0) || Double.isInfinite(sum)) {
      throw new IllegalArgumentException(
          "the shares add up to " + sum + "; at least one token after the first must count");
    }
  }

  /** Number of tokens in all. */
  int size() {
    return tokens.length * tokens[0].length;
  }

  int length() {
    return tokens[0].length;
  }
}
