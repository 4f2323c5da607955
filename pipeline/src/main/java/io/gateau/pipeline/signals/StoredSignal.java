package io.gateau.pipeline.signals;

import io.gateau.score.ModelSignal;
import io.gateau.score.SampleStatus;
import java.util.List;
import java.util.Optional;

/**
 * A row of the signal store.
 *
 * @param contentKey of the sample
 * @param signal what was computed
 * @param status {@code OK}, or why there is no usable value
 * @param lengths of the sample in tokens
 * @param value one object per column of the signal; empty if it was not computed
 * @param error what was thrown, if the status is {@code FAILED}
 */
public record StoredSignal(
    String contentKey,
    ModelSignal signal,
    SampleStatus status,
    Lengths lengths,
    Optional<List<Object>> value,
    Optional<String> error) {

  /** A row without an error. */
  public StoredSignal(
      String contentKey,
      ModelSignal signal,
      SampleStatus status,
      Lengths lengths,
      Optional<List<Object>> value) {
    this(contentKey, signal, status, lengths, value, Optional.empty());
  }

  /**
   * Tokens of a sample.
   *
   * @param context of the context, after truncation
   * @param response of the response
   * @param sequence of the full sequence
   * @param truncated whether tokens were dropped from the left of the context
   */
  public record Lengths(int context, int response, int sequence, boolean truncated) {
    /** Of a sample whose tokens are not known. */
    public static final Lengths UNKNOWN = new Lengths(0, 0, 0, false);
  }
}
