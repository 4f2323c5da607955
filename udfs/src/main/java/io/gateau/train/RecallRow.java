package io.gateau.train;

/**
 * How well the two models of a pair tell facts at one distance.
 *
 * @param distance tokens between the fact and the end of the context
 * @param shortRecall share told rightly by the short model, in [0, 1]
 * @param longRecall the same of the long model
 */
public record RecallRow(int distance, double shortRecall, double longRecall) {}
