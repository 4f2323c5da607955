package io.gateau.pipeline.plan;

import io.gateau.model.Work;
import io.gateau.pipeline.signals.PendingSamples;
import io.gateau.score.ModelSignal;
import io.gateau.score.cost.SampleCost;
import java.io.Serializable;
import java.util.List;

/**
 * The work of samples that miss signals, before they are tokenized.
 *
 * @param signals in the order of the bits of {@link PendingSamples#STORED}
 * @param cost of these signals
 * @param lengths guesses tokens
 * @param maxTokens the longest sequence
 */
public record PendingCost(
    List<ModelSignal> signals, SampleCost cost, TextLengths lengths, int maxTokens)
    implements Serializable {
  /** Copies the list. */
  public PendingCost {
    signals = List.copyOf(signals);
  }

  /** The same with other guesses of tokens. */
  public PendingCost with(TextLengths other) {
    return new PendingCost(signals, cost, other, maxTokens);
  }

  /** The same for other signals. */
  public PendingCost withSignals(List<ModelSignal> others) {
    return new PendingCost(others, cost, lengths, maxTokens);
  }

  /**
   * The work of one sample.
   *
   * @param characters of its three texts
   * @param stored which signals it has, as bits
   */
  Work of(long characters, long stored) {
    return cost.of(lengths.of(characters, maxTokens), PendingSamples.missing(stored, signals));
  }
}
