package io.gateau.pipeline.rank;

import io.gateau.pipeline.read.file.InputException;
import java.io.Serializable;
import java.util.Map;

/**
 * One amount, divided among sources by {@link SourceShares}.
 *
 * @param tokens whether it is an amount of tokens and not of rows
 * @param amount of all sources together
 * @param least what each source gets first
 * @param greatest what no source exceeds
 */
record DividedBudget(boolean tokens, long amount, long least, long greatest)
    implements Serializable {
  /** What becomes of a row. */
  enum Part {
    /** It is within the least share of its source, and selected. */
    RESERVED,
    /** It is selected if the amount reaches so far. */
    OPEN,
    /** Its source has its greatest share already. */
    BARRED
  }

  /**
   * Of a budget.
   *
   * @param totals source to its size
   * @throws InputException if the least shares of all sources are more than the whole
   */
  static DividedBudget of(Budget budget, SourceShares shares, Map<String, GroupSize> totals) {
    if (shares.least() * totals.size() > 1 + 1e-9) {
      throw new InputException(
          "least-share %s for each of %d sources is more than the whole; use %.4f or less (rows that name no source count as one source)"
              .formatted(shares.least(), totals.size(), 1.0 / totals.size()));
    }
    boolean tokens = budget instanceof Budget.Tokens;
    long amount = amount(budget, GroupSize.rows(totals));
    return new DividedBudget(
        tokens,
        amount,
        (long) Math.floor(shares.least() * amount + 1e-9),
        (long) Math.floor(shares.greatest() * amount + 1e-9));
  }

  private static long amount(Budget budget, long rows) {
    if (budget instanceof Budget.Tokens some) {
      return some.tokens();
    }
    return budget instanceof Budget.Percent some ? some.of(rows) : ((Budget.Count) budget).rows();
  }

  long of(GroupSize size) {
    return tokens ? size.tokens() : size.rows();
  }

  /**
   * What becomes of a row.
   *
   * @param upToRow rows of its source from the best one to this one, with it
   */
  Part part(GroupSize upToRow) {
    long size = of(upToRow);
    return size <= least ? Part.RESERVED : size <= greatest ? Part.OPEN : Part.BARRED;
  }
}
