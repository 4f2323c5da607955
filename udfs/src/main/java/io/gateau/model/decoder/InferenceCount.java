package io.gateau.model.decoder;

import java.util.concurrent.atomic.LongAdder;

/**
 * How much a model has read since it was loaded: what a bill is made of, and the proof that nothing
 * is read twice.
 */
public final class InferenceCount {
  private final LongAdder batches = new LongAdder();
  private final LongAdder sequences = new LongAdder();
  private final LongAdder tokens = new LongAdder();

  public InferenceCount() {}

  void add(PackedBatch batch) {
    batches.increment();
    sequences.add(batch.sequences());
    tokens.add(batch.tokens());
  }

  /** Batches read: how often each weight served. */
  public long batches() {
    return batches.sum();
  }

  /** Sequences read, each of a batch counted. */
  public long sequences() {
    return sequences.sum();
  }

  /** Tokens read. */
  public long tokens() {
    return tokens.sum();
  }
}
