package io.gateau.train;

import java.util.function.Supplier;

/**
 * A part of training with one kind of data and one learning-rate schedule.
 *
 * @param name for progress and the loss curve
 * @param ropeTheta rotary base
 * @param steps number of steps at the most, 1 or more
 * @param learningRate highest learning rate, reached after a short warm-up, positive
 * @param schedule of the learning rate after the warm-up
 * @param targetLoss the stage ends before its last step once the running mean of the loss is below
 *     this many nats; 0 for never
 * @param source of the batches, made when the stage starts
 */
record Stage(
    String name,
    double ropeTheta,
    int steps,
    double learningRate,
    Schedule schedule,
    double targetLoss,
    Supplier<TrainingSource> source) {
  private static final int WARM_UP_STEPS = 40;
  private static final double LOWEST = 0.05;

  /** The learning rate after the warm-up. */
  enum Schedule {
    /** Stays at the highest rate. */
    CONSTANT,
    /** Falls linearly over the steps of the stage, down to a small part of the highest rate. */
    LINEAR_DECAY
  }

  Stage {
    if (steps < 1 || !(learningRate > 0) || !(targetLoss >= 0)) {
      throw new IllegalArgumentException(
          "stage %s: %d steps at rate %s until loss %s; give a positive number of steps and rate"
              .formatted(name, steps, learningRate, targetLoss));
    }
  }

  /** The learning rate of a step, counted from 0. */
  double rate(int step) {
    double warmUp = Math.min(1, (step + 1.0) / WARM_UP_STEPS);
    double decay = schedule == Schedule.CONSTANT ? 1 : Math.max(LOWEST, 1 - (double) step / steps);
    return learningRate * warmUp * decay;
  }
}
