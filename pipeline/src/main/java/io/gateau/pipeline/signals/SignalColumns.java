package io.gateau.pipeline.signals;

import io.gateau.pipeline.read.record.RecordColumns;

/**
 * The columns that every stored signal has beside its own, and those of the samples that a ranking
 * reads with them: docs/method.md, "Signals".
 */
public final class SignalColumns {
  /** The sample's id. */
  public static final String ID = RecordColumns.ID;

  /** Where the sample came from; nullable. */
  public static final String SOURCE = RecordColumns.SOURCE;

  /** The sample's content key, of its three texts. */
  public static final String CONTENT_KEY = RecordColumns.CONTENT_KEY;

  /** A {@link io.gateau.score.SampleStatus} code. */
  public static final String STATUS = "status";

  /** Tokens of the context, after truncation to the token limit. */
  public static final String CONTEXT_TOKENS = "context_tokens";

  /** Tokens of the response. */
  public static final String RESPONSE_TOKENS = "response_tokens";

  /** Tokens of the full sequence: start token, template, context, instruction and response. */
  public static final String SEQUENCE_TOKENS = "sequence_tokens";

  /** Whether tokens were dropped from the left of the context. */
  public static final String TRUNCATED = "truncated";

  /** What was thrown, if the status is {@code failed}; nullable. */
  public static final String ERROR = "error";

  private SignalColumns() {}
}
