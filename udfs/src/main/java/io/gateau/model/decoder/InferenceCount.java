package io.gateau.model.decoder;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what a decoder has computed; a forward pass that fails is not counted. What a run computes
 * is what it costs, and a resumed run must compute nothing twice. Several threads may count at
 * once.
 */
public final class InferenceCount {
  private final LongAdder batches = new LongAdder();
  private final LongAdder sequences = new LongAdder();
  private final LongAdder tokens = new LongAdder();

  void add(PackedBatch batch) {
    batches.increment();
    sequences.add(batch.sequences());
    tokens.add(batch.tokens());
  }

  /** Batches: how many times each weight was used. */
  public long batches() {
    return batches.sum();
  }

  /** Sequences of all batches. */
  public long sequences() {
    return sequences.sum();
  }

  /** Tokens of all batches. */
  public long tokens() {
    return tokens.sum();
  }
}
