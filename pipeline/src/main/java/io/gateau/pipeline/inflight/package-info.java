/**
 * Which samples are in work, so that one that ends its JVM is known to the next attempt. A native
 * library that aborts leaves no exception; a file that names the samples in work stays behind.
 *
 * <p>Start reading at {@link io.gateau.pipeline.inflight.InFlightLog}, which a task writes, and
 * {@link io.gateau.pipeline.inflight.Suspects}, which the next attempt goes by. The package imports
 * Hadoop's file systems, and {@code io.gateau.score} for the status of a sample; nothing of Spark.
 */
package io.gateau.pipeline.inflight;
