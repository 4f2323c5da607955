/**
 * New tables in the place of old ones, all or none. Start reading at {@link
 * io.gateau.pipeline.tables.TableReplacement}. The package imports Hadoop's file systems, Jackson
 * and {@code io.gateau.pipeline.read.file}; nothing of Spark.
 */
package io.gateau.pipeline.tables;
