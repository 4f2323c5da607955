package io.gateau.score;

/**
 * How many tokens go through a device at once, and how that number backs off when the device is out
 * of memory. A batch group that does not fit is halved first, then the batch. The smaller budget
 * stays for everything that follows. If a single request does not fit either, it was the request's
 * fault, and the budget returns to what it was. For one thread.
 */
final class TokenBudget {
  private static final int NOT_REDUCED = 0;

  private int batchTokens;
  private long groupTokens;
  private int batchTokensBeforeFailures = NOT_REDUCED;

  /**
   * A budget that has not been reduced.
   *
   * @param batchTokens tokens of a batch
   * @param groupTokens tokens of a batch group; 0 for one batch
   */
  TokenBudget(int batchTokens, long groupTokens) {
    this.batchTokens = batchTokens;
    this.groupTokens = groupTokens;
  }

  int batchTokens() {
    return batchTokens;
  }

  long groupTokens() {
    return groupTokens;
  }

  /** A batch group of {@code tokens} tokens, in several batches, did not fit. */
  void groupDidNotFit(long tokens) {
    groupTokens = tokens / 2;
  }

  /** A batch of several requests with {@code tokens} tokens did not fit. */
  void batchDidNotFit(long tokens) {
    batchTokensBeforeFailures = Math.max(batchTokensBeforeFailures, batchTokens);
    batchTokens = (int) (tokens / 2);
  }

  /** A single request did not fit; nothing has fitted since larger batches failed. */
  void requestDidNotFit() {
    batchTokens = Math.max(batchTokens, batchTokensBeforeFailures);
    batchTokensBeforeFailures = NOT_REDUCED;
  }

  /** Something fitted: earlier failures were the size of the batch. */
  void fitted() {
    batchTokensBeforeFailures = NOT_REDUCED;
  }
}
