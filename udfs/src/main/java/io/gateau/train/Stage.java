package io.gateau.train;

import java.util.function.Supplier;

/**
 * A stretch of training with one kind of text.
 *
 * @param name for progress and curves
 * @param ropeTheta rotary base
 * @param steps at the most
 * @param learningRate reached after a short warm-up
 * @param pace how the rate goes on
 * @param enough the stage ends before its last step once the running mean of the loss is below this
 *     many nats; 0 for never
 * @param source what to learn from, made when the stage starts
 */
record Stage(
    String name,
    double ropeTheta,
    int steps,
    double learningRate,
    Pace pace,
    double enough,
    Supplier<TrainingSource> source) {
  private static final int WARM_UP = 40;
  private static final double COOLEST = 0.05;

  /** How the learning rate goes on after the warm-up. */
  enum Pace {
    STEADY,
    /** Linearly down to almost nothing. */
    COOLING
  }

  Stage {
    if (steps < 1 || !(learningRate > 0) || !(enough >= 0)) {
      throw new IllegalArgumentException(
          "stage "
              + name
              + ": "
              + steps
              + " steps at rate "
              + learningRate
              + " until loss "
              + enough
              + "; give a positive number of steps and rate");
    }
  }

  /** The learning rate of a step, counted from 0. */
  double rate(int step) {
    double warmth = Math.min(1, (step + 1.0) / WARM_UP);
    double left = pace == Pace.STEADY ? 1 : Math.max(COOLEST, 1 - (double) step / steps);
    return learningRate * warmth * left;
  }
}
