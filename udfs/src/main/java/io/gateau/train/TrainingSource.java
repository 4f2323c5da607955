package io.gateau.train;

/** An endless stream of batches, which depends on its seed only. */
interface TrainingSource {
  TrainingBatch next();
}
