package io.gateau.pipeline.diversity;

import io.gateau.pipeline.rank.strategy.RankConfig;
import java.io.Serializable;

/**
 * How many kinds of samples a selection looks for.
 *
 * @param clusters how many, 2 or more, or {@link #AUTO}
 * @param seed of the clustering
 */
public record DiversityConfig(int clusters, long seed) implements Serializable {
  /**
   * The square root of half the number of samples, as CaR (arXiv 2402.18191) section 3.3 has it.
   */
  public static final int AUTO = 0;

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException if it is outside
   */
  public DiversityConfig {
    if (clusters != AUTO && clusters < 2) {
      throw new IllegalArgumentException(
          "clusters is %d; use 2 or more, or auto for the square root of half the samples"
              .formatted(clusters));
    }
  }

  /** As many clusters as the paper has, for a strategy that looks for them of itself. */
  public static DiversityConfig of(RankConfig rank) {
    return new DiversityConfig(AUTO, rank.seed());
  }

  /**
   * Clusters from {@code auto} or a number.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static int clustersOf(String text) {
    try {
      return "auto".equals(text) ? AUTO : new DiversityConfig(Integer.parseInt(text), 0).clusters();
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "clusters %s is not known; use auto or a whole number".formatted(text), e);
    }
  }

  /** The clusters of so many samples, at least 2. */
  int of(long samples) {
    return clusters == AUTO ? Math.max(2, (int) Math.sqrt(samples / 2.0)) : clusters;
  }
}
