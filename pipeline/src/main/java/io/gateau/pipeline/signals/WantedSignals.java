package io.gateau.pipeline.signals;

import io.gateau.score.ModelSignal;
import io.gateau.score.SignalColumn;
import java.util.List;
import java.util.Set;

/**
 * What a join brings of the stored signals.
 *
 * @param signals at least one, all of them stored
 * @param tokenColumns names of the columns per token that are wanted, such as {@code
 *     long_token_loss}; all other columns of the signals come anyway
 */
public record WantedSignals(List<ModelSignal> signals, Set<String> tokenColumns) {
  /**
   * Copies both.
   *
   * @throws IllegalArgumentException if there is no signal
   */
  public WantedSignals {
    signals = List.copyOf(signals);
    tokenColumns = Set.copyOf(tokenColumns);
    if (signals.isEmpty()) {
      throw new IllegalArgumentException("a join of no signals brings nothing; name one");
    }
  }

  /** The columns of a signal that come, in their order. */
  List<SignalColumn> columns(ModelSignal signal) {
    return signal.signal().columns().stream()
        .filter(
            column ->
                column.type() != SignalColumn.Type.FLOATS
                    || tokenColumns.contains(signal.column(column.name())))
        .toList();
  }
}
