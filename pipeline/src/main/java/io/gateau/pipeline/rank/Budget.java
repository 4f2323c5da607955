package io.gateau.pipeline.rank;

import java.io.Serializable;
import java.util.OptionalLong;

/** How much of the ranking is selected. */
public sealed interface Budget extends Serializable {
  /**
   * Whether a row is selected.
   *
   * @param upToRow rows that share the budget from the best one to this one, with it
   * @param all rows that share the budget
   */
  boolean includes(GroupSize upToRow, GroupSize all);

  /** How many tokens may be selected; empty if the budget is not one of tokens. */
  default OptionalLong tokensAllowed() {
    return OptionalLong.empty();
  }

  /**
   * A share of the scored rows, rounded to the nearest whole row.
   *
   * @param percent in [0, 100]
   */
  record Percent(double percent) implements Budget {
    /** Checks the range. */
    public Percent {
      if (!(percent >= 0 && percent <= 100)) {
        throw new IllegalArgumentException(
            "percent %s is outside [0, 100]; 10, 30 and 50 are what the paper reports"
                .formatted(percent));
      }
    }

    /** The share of so many rows. */
    long of(long rows) {
      return (long) Math.floor(rows * percent / 100 + 0.5);
    }

    @Override
    public boolean includes(GroupSize upToRow, GroupSize all) {
      return upToRow.rows() <= of(all.rows());
    }
  }

  /**
   * A number of rows; all rows when there are fewer.
   *
   * @param rows not negative
   */
  record Count(long rows) implements Budget {
    /** Checks the range. */
    public Count {
      if (rows < 0) {
        throw new IllegalArgumentException("count %d is negative".formatted(rows));
      }
    }

    @Override
    public boolean includes(GroupSize upToRow, GroupSize all) {
      return upToRow.rows() <= rows;
    }
  }

  /**
   * A number of tokens: rows are selected from the top until the sum of their full sequences passes
   * it. The first row that does not fit ends the selection.
   *
   * @param tokens not negative
   */
  record Tokens(long tokens) implements Budget {
    /** Checks the range. */
    public Tokens {
      if (tokens < 0) {
        throw new IllegalArgumentException("tokens %d is negative".formatted(tokens));
      }
    }

    @Override
    public OptionalLong tokensAllowed() {
      return OptionalLong.of(tokens);
    }

    @Override
    public boolean includes(GroupSize upToRow, GroupSize all) {
      return upToRow.tokens() <= tokens;
    }
  }

  /**
   * A number of tokens that is filled: a row that does not fit is passed over, and smaller ones
   * below it are selected as far as they fit.
   *
   * @param tokens not negative
   */
  record FilledTokens(long tokens) implements Budget {
    /** Checks the range. */
    public FilledTokens {
      new Tokens(tokens);
    }

    @Override
    public OptionalLong tokensAllowed() {
      return OptionalLong.of(tokens);
    }

    /** Of the rows before the first that does not fit; {@link TokenFill} finds the others. */
    @Override
    public boolean includes(GroupSize upToRow, GroupSize all) {
      return upToRow.tokens() <= tokens;
    }
  }
}
