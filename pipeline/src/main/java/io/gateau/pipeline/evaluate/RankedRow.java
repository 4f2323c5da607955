package io.gateau.pipeline.evaluate;

/**
 * What an evaluation needs of one row of a ranking.
 *
 * @param id the sample's id
 * @param score what it was ranked by
 * @param kind what the input says the sample is
 * @param tokens of its context
 */
record RankedRow(String id, double score, String kind, double tokens) {}
