package io.gateau.pipeline.prune;

import java.io.Serializable;

/**
 * How samples are pruned.
 *
 * @param pilot texts that get all signals whatever their bound is, so that the scale of what is
 *     deferred can be fitted; in [{@value #LEAST}, {@value #MOST}]. They are those with the
 *     smallest content keys, which are hashes, so the choice is random and the same every time
 */
public record PruneConfig(int pilot) implements Serializable {
  /** 1,000 texts. */
  public static final PruneConfig DEFAULT = new PruneConfig(1_000);

  private static final int LEAST = 2;
  private static final int MOST = 1_000_000;

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException if it is outside
   */
  public PruneConfig {
    if (pilot < LEAST || pilot > MOST) {
      throw new IllegalArgumentException(
          "pilot is %d; use %d to %d, such as 1000".formatted(pilot, LEAST, MOST));
    }
  }
}
