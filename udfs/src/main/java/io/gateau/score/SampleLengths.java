package io.gateau.score;

/**
 * How many tokens the pieces of a sample have: all that decides how much its passes are.
 *
 * @param start the start token: 0 or 1
 * @param context the long input, cut to what max-tokens leaves room for
 * @param around everything else but the response: the prefix, and the instruction in its template
 * @param response the target answer
 */
public record SampleLengths(int start, int context, int around, int response) {
  /**
   * Checks that none is negative.
   *
   * @throws IllegalArgumentException if one is
   */
  public SampleLengths {
    if (start < 0 || context < 0 || around < 0 || response < 0) {
      throw new IllegalArgumentException(
          "a sample of %d, %d, %d and %d tokens does not exist"
              .formatted(start, context, around, response));
    }
  }

  /** The tokens of the whole sequence. */
  public int tokens() {
    return start + context + around + response;
  }
}
