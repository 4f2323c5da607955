package io.gateau.model.decoder;

import java.util.Map;

/**
 * What a forward pass gives for one {@link SequenceGroup} of B sequences of T tokens.
 *
 * @param negativeLogLikelihood (B, responseTokens), in nats
 * @param attention (T), the weight that each position receives from the response, averaged over
 *     layers, heads and the positions at which a response token is the input; it sums to 1; empty
 *     where no attention was asked for
 * @param measures what else was asked for, each as its {@link Measure} says
 */
public record SequenceGroupOutput(
    double[][] negativeLogLikelihood, double[] attention, Map<Measure, double[]> measures) {}
