package io.gateau.model.checkpoint;

import java.util.List;

/**
 * How a checkpoint stretches its rotary embedding beyond the lengths it was first trained on. Each
 * kind turns the plain frequencies, theta^(-2p / R) for pair p of R rotated numbers, into its own,
 * and may lengthen queries and keys by a factor.
 */
public sealed interface RotaryScaling {
  /**
   * The frequency of each pair, in radians per token.
   *
   * @param rotated how many numbers of a head are rotated, R; even
   * @param theta rotary base
   * @param tokens length of the whole text
   * @return (R / 2)
   */
  double[] frequencies(int rotated, double theta, int tokens);

  /** What cosines and sines are multiplied by; attention logits grow by its square. */
  default double attentionFactor() {
    return 1;
  }

  /** RoFormer (arXiv 2104.09864), section 3.2.2. */
  static double[] plain(int rotated, double theta) {
    double[] frequencies = new double[rotated / 2];
    for (int pair = 0; pair < frequencies.length; pair++) {
      frequencies[pair] = Math.pow(theta, -2.0 * pair / rotated);
    }
    return frequencies;
  }

  /** No scaling. */
  record None() implements RotaryScaling {
    @Override
    public double[] frequencies(int rotated, double theta, int tokens) {
      return plain(rotated, theta);
    }
  }

  /** Position interpolation (arXiv 2306.15595), section 2.3: positions divided by a factor. */
  record Linear(double factor) implements RotaryScaling {
    @Override
    public double[] frequencies(int rotated, double theta, int tokens) {
      double[] frequencies = plain(rotated, theta);
      for (int pair = 0; pair < frequencies.length; pair++) {
        frequencies[pair] /= factor;
      }
      return frequencies;
    }
  }

  /**
   * Dynamic NTK: a text longer than the model's own length gets a larger base; YaRN (arXiv
   * 2309.00071), section 3.3. Each text is scaled by its own length, where transformers keeps the
   * scale of the longest text so far.
   *
   * @param length the model's own length, max_position_embeddings
   */
  record DynamicNtk(double factor, int length) implements RotaryScaling {
    @Override
    public double[] frequencies(int rotated, double theta, int tokens) {
      double grown = factor * Math.max(tokens, length) / length - (factor - 1);
      return plain(rotated, theta * Math.pow(grown, rotated / (rotated - 2.0)));
    }
  }

  /**
   * Llama 3.1: slow pairs are divided by a factor, fast ones kept, those between blended.
   *
   * @param low turns within the original length below which a pair is divided
   * @param high turns from which it is kept
   * @param originalLength length before it was stretched
   */
  record Llama3(double factor, double low, double high, int originalLength)
      implements RotaryScaling {
    @Override
    public double[] frequencies(int rotated, double theta, int tokens) {
      double[] frequencies = plain(rotated, theta);
      for (int pair = 0; pair < frequencies.length; pair++) {
        double turns = originalLength * frequencies[pair] / (2 * Math.PI);
        double kept = Math.min(1, Math.max(0, (turns - low) / (high - low)));
        frequencies[pair] *= kept + (1 - kept) / factor;
      }
      return frequencies;
    }
  }

  /**
   * YaRN (arXiv 2309.00071), section 3.2 and 3.4: pairs that turn often within the original length
   * are kept, rare ones divided by a factor, those between blended by their number.
   *
   * @param fast turns from which a pair is kept
   * @param slow turns below which it is divided
   * @param whole whether the ends of the blend are widened to whole pairs
   */
  record Yarn(
      double factor,
      double fast,
      double slow,
      boolean whole,
      int originalLength,
      double attentionFactor)
      implements RotaryScaling {
    @Override
    public double[] frequencies(int rotated, double theta, int tokens) {
      double low = pairThatTurns(fast, rotated, theta);
      double high = pairThatTurns(slow, rotated, theta);
      low = Math.max(whole ? Math.floor(low) : low, 0);
      high = Math.min(whole ? Math.ceil(high) : high, rotated - 1.0);
      double width = high == low ? 0.001 : high - low;
      double[] frequencies = plain(rotated, theta);
      for (int pair = 0; pair < frequencies.length; pair++) {
        double divided = Math.min(1, Math.max(0, (pair - low) / width));
        frequencies[pair] *= 1 - divided + divided / factor;
      }
      return frequencies;
    }

    private double pairThatTurns(double turns, int rotated, double theta) {
      return rotated * Math.log(originalLength / (turns * 2 * Math.PI)) / (2 * Math.log(theta));
    }

    /** What attention grows by when texts grow by {@code factor}: section 3.4, with a weight. */
    static double growth(double factor, double weight) {
      return factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1;
    }
  }

  /**
   * LongRoPE (arXiv 2402.13753): every pair is divided by its own number, from one list for texts
   * up to the original length and from another for longer ones.
   */
  record LongRope(
      List<Double> shortFactors,
      List<Double> longFactors,
      int originalLength,
      double attentionFactor)
      implements RotaryScaling {
    @Override
    public double[] frequencies(int rotated, double theta, int tokens) {
      List<Double> factors = tokens > originalLength ? longFactors : shortFactors;
      double[] frequencies = plain(rotated, theta);
      for (int pair = 0; pair < frequencies.length; pair++) {
        frequencies[pair] /= factors.get(pair);
      }
      return frequencies;
    }

    /** sqrt(1 + ln s / ln L): the entropy of attention, for texts s times the original length L. */
    static double growth(double factor, int originalLength) {
      return factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(originalLength));
    }
  }
}
