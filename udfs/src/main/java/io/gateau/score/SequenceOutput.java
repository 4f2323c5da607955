package io.gateau.score;

/**
 * What a model says of one sequence of T tokens, of which the last L are scored.
 *
 * @param negativeLogLikelihood (L), in nats
 * @param attention (T), the attention that each token receives from the response; empty where none
 *     was asked for
 */
public record SequenceOutput(double[] negativeLogLikelihood, double[] attention) {}
