/**
 * Models in the memory of this JVM: from a {@link io.gateau.model.ModelSpec}, which travels to
 * executors, to the weights on a device, shared by all tasks. It imports {@code model.checkpoint},
 * {@code model.torch}, {@code model.decoder} and DJL; it knows nothing of samples, scores or Spark.
 * Start with {@link io.gateau.model.ModelCache}, then {@link io.gateau.model.LoadedModel}.
 */
package io.gateau.model;
