package io.gateau.pipeline.plan;

import io.gateau.score.SampleLengths;
import java.io.Serializable;

/**
 * What some samples have together, as a tokenizer reads them.
 *
 * @param rows how many there are
 * @param wholeCharacters of those that fit into max-tokens
 * @param wholeTokens of those
 * @param cutRatio tokens for each character that those which are cut have at least, at most
 * @param around tokens of instructions and templates
 * @param response tokens of responses
 */
public record LengthTotals(
    long rows, long wholeCharacters, long wholeTokens, double cutRatio, long around, long response)
    implements Serializable {
  /** No samples. */
  public static final LengthTotals NONE = new LengthTotals(0, 0, 0, 0, 0, 0);

  /**
   * One sample.
   *
   * @param characters of its three texts
   * @param lengths with its context cut to max-tokens
   * @param cut whether it was
   */
  public static LengthTotals of(long characters, SampleLengths lengths, boolean cut) {
    return new LengthTotals(
        1,
        cut ? 0 : characters,
        cut ? 0 : lengths.tokens(),
        cut ? (double) lengths.tokens() / characters : 0,
        lengths.around(),
        lengths.response());
  }

  /** Both together. */
  public LengthTotals plus(LengthTotals other) {
    return new LengthTotals(
        rows + other.rows,
        wholeCharacters + other.wholeCharacters,
        wholeTokens + other.wholeTokens,
        Math.max(cutRatio, other.cutRatio),
        around + other.around,
        response + other.response);
  }

  /** What others like these have; the usual lengths if these tell nothing. */
  public TextLengths lengths() {
    double ratio = wholeCharacters > 0 ? (double) wholeTokens / wholeCharacters : cutRatio;
    return rows == 0 || ratio == 0
        ? TextLengths.TYPICAL
        : new TextLengths(ratio, (int) (around / rows), (int) (response / rows));
  }
}
