package io.gateau.pipeline.rank;

import io.gateau.pipeline.signals.SignalColumns;
import java.util.List;

/** The columns that ranking adds to the signals: docs/method.md, "Scores". */
public final class ScoreColumns {
  /** Homologous Models' Guidance, Eq. 2 of GATEAU (arXiv 2410.15633); finite. */
  public static final String HMP = "hmp";

  /** Contextual Awareness Score, Eq. 5; finite. */
  public static final String CAS = "cas";

  /** What the strategy ranks by; the highest is the best. */
  public static final String SCORE = "score";

  /** Place in the ranking, counted from 1 for the best. */
  public static final String RANK = "rank";

  /** Whether the row is within the budget. */
  public static final String SELECTED = "selected";

  /**
   * The columns of {@code scores} and, with the original record behind them, of {@code selected}.
   */
  public static final List<String> SCORES =
      List.of(
          SignalColumns.ID,
          SignalColumns.SOURCE,
          SignalColumns.STATUS,
          SignalColumns.CONTEXT_TOKENS,
          SignalColumns.RESPONSE_TOKENS,
          SignalColumns.SEQUENCE_TOKENS,
          SignalColumns.SEGMENTS,
          SignalColumns.TRUNCATED,
          SignalColumns.SHORT_PPL,
          SignalColumns.LONG_PPL,
          SignalColumns.SEGMENT_PPL,
          SignalColumns.SEGMENT_ATTENTION,
          HMP,
          CAS,
          SCORE,
          RANK,
          SELECTED);

  private ScoreColumns() {}
}
