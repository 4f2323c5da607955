package io.gateau.train;

import io.gateau.model.TrainingBatch;

/** An endless, seeded stream of batches. */
public interface TrainingSource {
  TrainingBatch next();
}
