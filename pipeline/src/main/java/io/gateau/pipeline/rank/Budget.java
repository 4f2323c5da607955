package io.gateau.pipeline.rank;

/** How much of the ranking is selected. */
public sealed interface Budget {
  /**
   * A share of the scored rows, rounded to the nearest whole row.
   *
   * @param percent in [0, 100]
   */
  record Percent(double percent) implements Budget {
    public Percent {
      if (!(percent >= 0 && percent <= 100)) {
        throw new IllegalArgumentException(
            "percent "
                + percent
                + " is outside [0, 100]; 10, 30 and 50 are what the paper reports");
      }
    }
  }

  /**
   * So many rows, or all when there are fewer.
   *
   * @param rows not negative
   */
  record Count(long rows) implements Budget {
    public Count {
      if (rows < 0) {
        throw new IllegalArgumentException("count " + rows + " is negative");
      }
    }
  }

  /**
   * Rows from the top as long as their full sequences together stay within a number of tokens; the
   * first that does not fit ends the selection.
   *
   * @param tokens not negative
   */
  record Tokens(long tokens) implements Budget {
    public Tokens {
      if (tokens < 0) {
        throw new IllegalArgumentException("tokens " + tokens + " is negative");
      }
    }
  }
}
