/**
 * From signals to a selection: scores over the data set, order, budget. It may import {@code
 * signals} and {@code io.gateau.math}. Start with {@link io.gateau.pipeline.rank.SelectConfig},
 * then {@link io.gateau.pipeline.rank.RankSamples} and {@link io.gateau.pipeline.rank.SelectTop}.
 */
package io.gateau.pipeline.rank;
