package io.gateau.pipeline.estimate;

import java.io.Serializable;

/**
 * How fast tasks were that ran at the same time.
 *
 * @param tasks how many
 * @param flops of all
 * @param seconds of all together, so that their quotient is the rate of one task
 */
public record MeasuredRate(int tasks, double flops, double seconds) implements Serializable {
  static final MeasuredRate NONE = new MeasuredRate(0, 0, 0);

  MeasuredRate plus(MeasuredRate other) {
    return new MeasuredRate(tasks + other.tasks, flops + other.flops, seconds + other.seconds);
  }

  /** Floating-point operations per second of one task beside the others. */
  public double flopsPerSecond() {
    return flops / seconds;
  }
}
