package io.gateau.train;

/**
 * Settings of Adam (arXiv 1412.6980) that stay the same from step to step.
 *
 * @param beta1 decay of the mean gradient, in [0, 1)
 * @param beta2 decay of the mean squared gradient, in [0, 1)
 * @param epsilon what keeps the division finite, positive
 * @param maxGradientNorm Euclidean length over all weights to which a gradient is cut, positive
 */
record AdamConfig(double beta1, double beta2, double epsilon, double maxGradientNorm) {
  /** A shorter memory of squares than usual, as small language models like it. */
  static final AdamConfig DEFAULT = new AdamConfig(0.9, 0.98, 1e-9, 1);

  AdamConfig {
    if (!(beta1 >= 0 && beta1 < 1) || !(beta2 >= 0 && beta2 < 1)) {
      throw new IllegalArgumentException(
          "the decays " + beta1 + " and " + beta2 + " must be in [0, 1); 0.9 and 0.98 are usual");
    }
    if (!(epsilon > 0) || !(maxGradientNorm > 0)) {
      throw new IllegalArgumentException(
          "epsilon " + epsilon + " and longest gradient " + maxGradientNorm + " must be positive");
    }
  }
}
