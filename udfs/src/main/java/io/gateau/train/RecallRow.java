package io.gateau.train;

/**
 * How often the two models of a pair recall facts at one distance.
 *
 * @param distance tokens between the fact and the end of the context
 * @param shortRecall share of samples that the short model answers correctly, in [0, 1]
 * @param longRecall share of samples that the long model answers correctly, in [0, 1]
 */
public record RecallRow(int distance, double shortRecall, double longRecall) {}
