package io.gateau.model.checkpoint;

import java.util.List;

/**
 * How a checkpoint stretches its rotary embedding beyond the lengths it was first trained on. Each
 * type changes the plain frequencies, theta^(-2p / R) for pair p of R rotated numbers, and some
 * multiply queries and keys by a factor. {@link RotaryScalingReader} reads them from config.json.
 */
public sealed interface RotaryScaling {
  /**
   * The frequency of each pair, in radians per token.
   *
   * @param rotated how many numbers of a head are rotated, R; even
   * @param theta rotary base
   * @param tokens length of the whole sequence
   * @return (R / 2) frequencies, positive
   */
  double[] frequencies(int rotated, double theta, int tokens);

  /** What cosines and sines are multiplied by; attention logits grow by its square. */
  default double attentionFactor() {
    return 1;
  }

  /**
   * The frequencies without scaling: RoFormer (arXiv 2104.09864), section 3.2.2.
   *
   * @param rotated how many numbers of a head are rotated, R; even
   * @param theta rotary base
   * @return (R / 2) radians per token
   */
  private static double[] plain(int rotated, double theta) {
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

  /**
   * Position interpolation (arXiv 2306.15595), section 2.3: positions are divided by a factor.
   *
   * @param factor positive
   */
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
   * Dynamic NTK: a sequence longer than the model's own length gets a larger base; YaRN (arXiv
   * 2309.00071), section 3.3. Each sequence is scaled by its own length; transformers keeps the
   * scale of the longest sequence so far.
   *
   * @param factor positive
   * @param length the model's own length in tokens, max_position_embeddings
   */
  record DynamicNtk(double factor, int length) implements RotaryScaling {
    @Override
    public double[] frequencies(int rotated, double theta, int tokens) {
      double grown = factor * Math.max(tokens, length) / length - (factor - 1);
      return plain(rotated, theta * Math.pow(grown, rotated / (rotated - 2.0)));
    }
  }

  /**
   * Llama 3.1: frequencies of slow pairs are divided by a factor, those of fast pairs are kept, and
   * those between are blended. A pair's turns are its rotations within the original length.
   *
   * @param factor positive
   * @param low turns below which a frequency is divided, low_freq_factor
   * @param high turns from which it is kept, high_freq_factor
   * @param originalLength tokens, before the model was stretched
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
   * YaRN (arXiv 2309.00071), sections 3.2 and 3.4: frequencies of pairs that turn often within the
   * original length are kept, those of pairs that seldom turn are divided by a factor, and those
   * between are blended by their pair's number.
   *
   * @param factor positive
   * @param fast turns from which a frequency is kept, beta_fast
   * @param slow turns below which it is divided, beta_slow
   * @param whole whether the ends of the blend are rounded outwards to whole pairs, truncate
   * @param originalLength tokens, before the model was stretched
   * @param attentionFactor what cosines and sines are multiplied by
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

    /** What cosines and sines grow by: 0.1 weight ln(factor) + 1 (section 3.4, with a weight). */
    static double growth(double factor, double weight) {
      return factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1;
    }
  }

  /**
   * LongRoPE (arXiv 2402.13753): the frequency of every pair is divided by a number of its own,
   * from one list for sequences up to the original length and from another for longer ones.
   *
   * @param shortFactors (R / 2) divisors for sequences up to the original length, positive
   * @param longFactors (R / 2) divisors for longer sequences, positive
   * @param originalLength tokens, before the model was stretched
   * @param attentionFactor what cosines and sines are multiplied by
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

    /** What cosines and sines grow by: sqrt(1 + ln s / ln L), for s times the original length L. */
    static double growth(double factor, int originalLength) {
      return factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(originalLength));
    }
  }
}
