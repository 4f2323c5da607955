package io.gateau.pipeline.rank;

/** How much of the ranking is selected. */
public sealed interface Budget {
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
  }
}
