/**
 * What samples are ranked by: one class for each strategy, with its formula and its paper. It may
 * import {@code io.gateau.math} and the signals of {@code io.gateau.score}, and knows no Spark.
 * Start with {@link io.gateau.pipeline.rank.strategy.Strategy}, then {@link
 * io.gateau.pipeline.rank.strategy.Strategies} and Gateau.
 */
package io.gateau.pipeline.rank.strategy;
