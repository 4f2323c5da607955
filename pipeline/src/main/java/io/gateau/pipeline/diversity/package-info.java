/**
 * Selections that keep something of every kind: the best sample of each cluster goes first. It
 * imports {@code io.gateau.pipeline.rank} and Spark with MLlib. Start with {@link
 * io.gateau.pipeline.diversity.ClusterLeaders}.
 */
package io.gateau.pipeline.diversity;
