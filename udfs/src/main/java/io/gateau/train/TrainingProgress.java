package io.gateau.train;

import java.time.Duration;

/**
 * The progress of training after a step.
 *
 * @param stage name of the stage
 * @param step of the stage, from 1
 * @param steps of the stage at the most
 * @param tokens of all stages so far
 * @param loss running mean over the steps of the stage, in nats per token
 * @param gradientNorm Euclidean norm of the last step's gradient before it was clipped
 * @param elapsed time of all stages so far
 * @param left expected time until the end of the last stage, if no stage ends early
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
