package io.gateau.math.text;

import java.io.Serializable;

/**
 * Locality-sensitive hashing of {@link MinHash} signatures: a signature is cut into bands of
 * equally many numbers, and two sets are compared where they agree in all numbers of one band. With
 * b bands of r numbers, sets of similarity s are compared with the chance 1 - (1 - s^r)^b.
 *
 * <p>Source: Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, section 3.4.
 *
 * @param numbers of one band, r
 * @param count of bands, b
 */
public record Bands(int numbers, int count) implements Serializable {
  /** The chance with which sets that are just similar enough must be compared. */
  private static final double WANTED = 0.999;

  /** Checks that a signature has so many numbers. */
  public Bands {
    if (numbers < 1 || count < 1 || numbers * count > MinHash.FUNCTIONS) {
      throw new IllegalArgumentException(
          "%d bands of %d numbers are not of a signature of %d"
              .formatted(count, numbers, MinHash.FUNCTIONS));
    }
  }

  /**
   * The longest bands, and so the fewest comparisons of other sets, with which sets of this
   * similarity are compared with a chance of 0.999; bands of one number if there are none.
   *
   * @param similarity in (0, 1]
   */
  public static Bands of(double similarity) {
    Bands longest = new Bands(1, MinHash.FUNCTIONS);
    for (int numbers = 2; numbers <= MinHash.FUNCTIONS; numbers++) {
      Bands bands = new Bands(numbers, MinHash.FUNCTIONS / numbers);
      if (bands.chance(similarity) >= WANTED) {
        longest = bands;
      }
    }
    return longest;
  }

  /** The chance with which two sets of this similarity are compared. */
  public double chance(double similarity) {
    return 1 - Math.pow(1 - Math.pow(similarity, numbers), count);
  }

  /** A hash of each band of a signature. */
  public long[] keys(long[] signature) {
    long[] keys = new long[count];
    for (int band = 0; band < count; band++) {
      long key = band;
      for (int i = band * numbers; i < (band + 1) * numbers; i++) {
        key = Mix.of(key * Mix.ODD + signature[i]);
      }
      keys[band] = key;
    }
    return keys;
  }
}
