package io.gateau.train;

import java.time.Duration;

/**
 * Where training is.
 *
 * @param stage name of the stage
 * @param step of the stage, from 1
 * @param steps that the stage has at the most
 * @param tokens read in all stages so far
 * @param loss running mean, in nats
 * @param gradientNorm of the last step, before it was cut
 * @param elapsed in all stages so far
 * @param left expected until the end of the last stage, if no stage ends early
 */
public record TrainingProgress(
    String stage,
    int step,
    int steps,
    long tokens,
    double loss,
    double gradientNorm,
    Duration elapsed,
    Duration left) {}
