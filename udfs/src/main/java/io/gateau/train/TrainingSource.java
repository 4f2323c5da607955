package io.gateau.train;

/** An endless, seeded stream of batches. */
interface TrainingSource {
  TrainingBatch next();
}
