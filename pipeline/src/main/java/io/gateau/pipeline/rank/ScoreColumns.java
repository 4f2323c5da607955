package io.gateau.pipeline.rank;

import io.gateau.pipeline.rank.strategy.Strategy;
import java.util.List;
import java.util.stream.Stream;

/**
 * The columns that ranking adds to the signals: docs/method.md, "Scores". The terms of a strategy
 * are columns too: {@link Strategy#rawTerms} and {@link Strategy#terms}.
 */
public final class ScoreColumns {
  /**
   * Code of the reason for which a row is left out of the ranking; null if it is ranked. A row
   * whose status is not ok has its status here.
   */
  public static final String EXCLUSION = "exclusion";

  /** What is wrong with a row whose status is ok; null otherwise. */
  public static final String EXCLUSION_DETAIL = "exclusion_detail";

  /** What the strategy ranks by; the highest is the best; null if the row is left out. */
  public static final String SCORE = "score";

  /** The greatest score that a row can have whose signals are not all there. */
  public static final String GREATEST_SCORE = "greatest_score";

  /** How the score comes about, in words and numbers. */
  public static final String EXPLANATION = "explanation";

  /**
   * Whether the row is the best of its cluster and goes first; only in selections that look for
   * diversity.
   */
  public static final String LEADER = "leader";

  /** Place in the ranking, counted from 1 for the best. */
  public static final String RANK = "rank";

  /** Whether the row is within the budget. */
  public static final String SELECTED = "selected";

  private ScoreColumns() {}

  /** Everything from which anyone computes the score again, and the score, in order. */
  public static List<String> of(Strategy strategy) {
    return Stream.of(strategy.rawTerms(), strategy.terms(), List.of(SCORE))
        .flatMap(List::stream)
        .toList();
  }
}
