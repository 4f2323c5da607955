package io.gateau.train;

/**
 * The settings of Adam (arXiv 1412.6980, algorithm 1) that stay the same from step to step.
 *
 * @param beta1 decay of the mean gradient, in [0, 1)
 * @param beta2 decay of the mean squared gradient, in [0, 1)
 * @param epsilon what keeps the division finite, positive
 * @param maxGradientNorm Euclidean norm over all weights to which a gradient is clipped, positive
 */
record AdamConfig(double beta1, double beta2, double epsilon, double maxGradientNorm) {
  /** With a smaller beta2 than PyTorch's 0.999, which suits small language models. */
  static final AdamConfig DEFAULT = new AdamConfig(0.9, 0.98, 1e-9, 1);

  AdamConfig {
    if (!(beta1 >= 0 && beta1 < 1) || !(beta2 >= 0 && beta2 < 1)) {
      throw new IllegalArgumentException(
          "the decays %s and %s must be in [0, 1); 0.9 and 0.98 are usual".formatted(beta1, beta2));
    }
    if (!(epsilon > 0) || !(maxGradientNorm > 0)) {
      throw new IllegalArgumentException(
          "epsilon %s and the largest gradient norm %s must be positive"
              .formatted(epsilon, maxGradientNorm));
    }
  }
}
