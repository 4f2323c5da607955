package io.gateau.testing;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Rotates the heads of a query or key by its position, in Hugging Face's rotate-half convention: in
 * every head, components i and i + rotated / 2 are a pair; components from {@code rotated} on pass
 * unchanged. Source of the scalings: resources/families/README.md.
 */
final class NaiveRotary {
  final double[] frequency; // [rotated / 2], radians per position
  final double factor; // on cosine and sine

  /**
   * Computes the frequencies.
   *
   * @param rotated components of a head that are rotated
   * @param theta rotary base
   * @param scaling the object that states rope_type, or an empty one
   * @param longest max_position_embeddings
   * @param original the length before stretching
   * @param tokens length of the sequence
   */
  NaiveRotary(int rotated, double theta, JsonNode scaling, int longest, int original, int tokens) {
    String ropeType = scaling.path("rope_type").asText(scaling.path("type").asText("default"));
    double f = scaling.path("factor").asDouble((double) longest / original);
    frequency = new double[rotated / 2];
    for (int pair = 0; pair < rotated / 2; pair++) {
      double plain = Math.pow(theta, -2.0 * pair / rotated);
      frequency[pair] =
          switch (ropeType) {
            case "default" -> plain;
            case "linear" -> plain / f;
            case "dynamic" -> {
              double grown = f * Math.max(tokens, longest) / longest - (f - 1);
              double base = theta * Math.pow(grown, rotated / (rotated - 2.0));
              yield Math.pow(base, -2.0 * pair / rotated);
            }
            case "llama3" -> {
              double low = scaling.required("low_freq_factor").doubleValue();
              double high = scaling.required("high_freq_factor").doubleValue();
              double smooth = (original * plain / (2 * Math.PI) - low) / (high - low);
              yield mixed(plain, plain / f, smooth);
            }
            case "yarn" -> {
              double low = pairOf(scaling.path("beta_fast").asDouble(32), rotated, theta, original);
              double high = pairOf(scaling.path("beta_slow").asDouble(1), rotated, theta, original);
              if (scaling.path("truncate").asBoolean(true)) {
                low = Math.floor(low);
                high = Math.ceil(high);
              }
              low = Math.max(low, 0);
              high = Math.min(high, rotated - 1.0);
              yield mixed(plain / f, plain, (pair - low) / (low == high ? 0.001 : high - low));
            }
            case "longrope", "su" -> {
              String list = tokens > original ? "long_factor" : "short_factor";
              yield plain / scaling.required(list).get(pair).doubleValue();
            }
            default ->
                throw new IllegalArgumentException("rope_type " + ropeType + " is not known");
          };
    }
    factor =
        scaling.path("attention_factor").asDouble(defaultFactor(ropeType, f, original, scaling));
  }

  private static double defaultFactor(String ropeType, double f, int original, JsonNode scaling) {
    if (f <= 1) {
      return 1;
    }
    return switch (ropeType) {
      case "longrope", "su" -> Math.sqrt(1 + Math.log(f) / Math.log(original));
      case "yarn" -> {
        double m = scaling.path("mscale").asDouble(0);
        double all = scaling.path("mscale_all_dim").asDouble(0);
        yield m != 0 && all != 0
            ? (0.1 * m * Math.log(f) + 1) / (0.1 * all * Math.log(f) + 1)
            : 0.1 * Math.log(f) + 1;
      }
      default -> 1;
    };
  }

  /** share of one, the rest of the other; the share clipped to [0, 1]. */
  private static double mixed(double one, double other, double share) {
    double clipped = Math.min(1, Math.max(0, share));
    return clipped * one + (1 - clipped) * other;
  }

  /** The pair that turns so often within the original length. */
  private static double pairOf(double turns, int rotated, double theta, int original) {
    return rotated * Math.log(original / (turns * 2 * Math.PI)) / (2 * Math.log(theta));
  }

  double[] rotate(double[] heads, int position, int headDim) {
    double[] rotated = heads.clone();
    int half = frequency.length;
    for (int i = 0; i < half; i++) {
      double cos = factor * Math.cos(position * frequency[i]);
      double sin = factor * Math.sin(position * frequency[i]);
      for (int at = i; at < heads.length; at += headDim) {
        rotated[at] = heads[at] * cos - heads[at + half] * sin;
        rotated[at + half] = heads[at + half] * cos + heads[at] * sin;
      }
    }
    return rotated;
  }
}
