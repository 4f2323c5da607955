package io.gateau.pipeline;

import java.util.ArrayList;
import java.util.List;

/** Rows of a task that are scored together. */
final class Chunk {
  private final RowScorer scorer;
  private final List<PendingRow> rows = new ArrayList<>();
  private long textTokens;
  private long scoredTokens;

  Chunk(RowScorer scorer) {
    this.scorer = scorer;
  }

  void add(PendingRow row) {
    rows.add(row);
    if (row.isTokenized()) {
      textTokens += scorer.textTokens(row);
      scoredTokens += scorer.scoredTokens(row);
    }
  }

  List<PendingRow> rows() {
    return rows;
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  /** Whether more rows would not make its passes any cheaper. */
  boolean isFull() {
    return scorer.fillBatch(textTokens, scoredTokens);
  }
}
