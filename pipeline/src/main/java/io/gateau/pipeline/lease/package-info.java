/**
 * One run at a time in an output folder. Start reading at {@link
 * io.gateau.pipeline.lease.OutputLease}. The package imports Hadoop's file systems, Jackson and
 * {@code io.gateau.pipeline.read.file}; nothing of Spark.
 */
package io.gateau.pipeline.lease;
