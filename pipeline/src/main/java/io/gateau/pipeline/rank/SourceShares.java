package io.gateau.pipeline.rank;

import java.io.Serializable;

/**
 * How one amount is divided among sources. Each source first gets its best rows up to the least
 * share of the amount; the rest goes to the best other rows of all sources, of which no source gets
 * more than its greatest share. Where sources have too few rows for that, less is selected.
 *
 * @param least share of the amount that each source gets if it has as many rows, in [0, 1]
 * @param greatest share that no source exceeds, in [least, 1], above 0
 */
public record SourceShares(double least, double greatest) implements Serializable {
  /** Any source may get anything. */
  public static final SourceShares ANY = new SourceShares(0, 1);

  /**
   * Checks both.
   *
   * @throws IllegalArgumentException if one is outside its range
   */
  public SourceShares {
    if (!(least >= 0 && least <= greatest && greatest <= 1 && greatest > 0)) {
      throw new IllegalArgumentException(
          "a least share of %s and a greatest of %s; use 0 <= least <= greatest <= 1, such as 0.1 and 0.5"
              .formatted(least, greatest));
    }
  }
}
