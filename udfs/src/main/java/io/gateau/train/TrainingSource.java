package io.gateau.train;

/** An endless, seeded stream of batches. */
public interface TrainingSource {
  TrainingBatch next();
}
