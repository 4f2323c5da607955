/**
 * From signals to a selection: scores over the data set, order, budget. It may import {@code
 * signals}, {@code io.gateau.math} and what {@code io.gateau.score} says of signals. Start with
 * {@link io.gateau.pipeline.rank.SampleRanker}, which fits a strategy, then {@link
 * io.gateau.pipeline.rank.SampleRankerModel}, which scores, and {@link
 * io.gateau.pipeline.rank.SelectTop}, which selects. The strategies are in {@link
 * io.gateau.pipeline.rank.strategy}.
 */
package io.gateau.pipeline.rank;
