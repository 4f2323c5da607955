package io.gateau.pipeline.compare;

import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.signals.SignalColumns;
import java.util.List;

/** The columns of the samples that are compared: what they are, and their place by each config. */
final class RankColumns {
  /** What a comparison needs of a sample beside its ranks. */
  static final List<String> SAMPLE =
      List.of(
          RecordColumns.ID,
          RecordColumns.CONTENT_KEY,
          RecordColumns.SOURCE,
          SignalColumns.CONTEXT_TOKENS,
          SignalColumns.RESPONSE_TOKENS,
          SignalColumns.SEQUENCE_TOKENS);

  /** The index of a candidate, in the rows of all of them. */
  static final String CANDIDATE = "candidate";

  private RankColumns() {}

  /** The rank by the candidate of an index; null where the candidate leaves the sample out. */
  static String rank(int candidate) {
    return "rank_" + candidate;
  }

  /** Whether the candidate of an index selects the sample. */
  static String selected(int candidate) {
    return "selected_" + candidate;
  }
}
