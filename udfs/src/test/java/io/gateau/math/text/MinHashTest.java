package io.gateau.math.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class MinHashTest {
  private static double agreement(long[] a, long[] b) {
    return IntStream.range(0, MinHash.FUNCTIONS).filter(k -> a[k] == b[k]).count()
        / (double) MinHash.FUNCTIONS;
  }

  /** Two sets with so many common and so many own numbers each. */
  private static long[][] sets(Random random, int common, int own) {
    long[] shared = random.longs(common).toArray();
    return IntStream.range(0, 2)
        .mapToObj(
            i ->
                Shingles.distinct(
                    LongStream.concat(LongStream.of(shared), random.longs(own)).toArray()))
        .toArray(long[][]::new);
  }

  /*
   * 100 pairs of 128 places are 12,800 draws: the standard deviation of the mean is at most 0.0044.
   *   80 common, 10 and 10 own   80 / 100 = 0.8
   *   50 common, 75 and 75 own   50 / 200 = 0.25
   */
  @Test
  void signaturesAgreeAsOftenAsTheSetsAreSimilar() {
    Random random = new Random(11);
    for (int[] sizes : new int[][] {{80, 10}, {50, 75}, {0, 60}, {60, 0}}) {
      double similarity = sizes[0] / (double) (sizes[0] + 2 * sizes[1]);
      double mean =
          IntStream.range(0, 100)
              .mapToObj(trial -> sets(random, sizes[0], sizes[1]))
              .mapToDouble(
                  pair -> agreement(MinHash.signature(pair[0]), MinHash.signature(pair[1])))
              .average()
              .orElseThrow();

      assertEquals(similarity, mean, 0.018, "sets of similarity " + similarity);
    }
  }

  @Test
  void twoSignaturesTogetherAgreeAsOftenAsTheProductOfTheSimilarities() {
    Random random = new Random(12);
    double mean =
        IntStream.range(0, 100)
            .mapToObj(trial -> new long[][][] {sets(random, 80, 10), sets(random, 60, 20)})
            .mapToDouble(
                pairs ->
                    agreement(
                        MinHash.together(
                            MinHash.signature(pairs[0][0]), MinHash.signature(pairs[1][0])),
                        MinHash.together(
                            MinHash.signature(pairs[0][1]), MinHash.signature(pairs[1][1]))))
            .average()
            .orElseThrow();

    assertEquals(0.8 * 0.6, mean, 0.018);
  }

  /*
   * The longest bands with 1 - (1 - s^r)^b >= 0.999 and r b <= 128, b = floor(128 / r):
   *   s = 0.8   r = 5, b = 25: 1 - (1 - 0.32768)^25 = 0.99995; r = 6, b = 21: 0.9983 is too low
   *   s = 0.64  r = 3, b = 42: 1 - (1 - 0.262144)^42 = 0.999997; r = 4, b = 32: 0.9972 is too low
   *   s = 1     r = 128, b = 1: 1
   *   s = 0.01  r = 1, b = 128: 0.724, the best there is
   */
  @Test
  void bandsAreAsLongAsTheSimilarityAllows() {
    assertEquals(new Bands(5, 25), Bands.of(0.8));
    assertEquals(0.99995, Bands.of(0.8).chance(0.8), 5e-6);
    assertEquals(new Bands(3, 42), Bands.of(0.64));
    assertEquals(new Bands(128, 1), Bands.of(1));
    assertEquals(new Bands(1, 128), Bands.of(0.01));
    assertEquals(0.724, Bands.of(0.01).chance(0.01), 5e-4);
    assertEquals(
        "26 bands of 5 numbers are not of a signature of 128",
        assertThrows(IllegalArgumentException.class, () -> new Bands(5, 26)).getMessage());
  }

  /*
   * Signatures that differ at place 7 only differ in the second of the bands of five, and in the
   * first of the bands of 64.
   */
  @Test
  void aKeyStandsForTheNumbersOfOneBand() {
    long[] one = new Random(5).longs(MinHash.FUNCTIONS).toArray();
    long[] other = one.clone();
    other[7]++;

    assertArrayEquals(new int[] {1}, differences(new Bands(5, 25), one, other));
    assertArrayEquals(new int[] {0}, differences(new Bands(64, 2), one, other));
    long[] equal = new Bands(5, 25).keys(new long[MinHash.FUNCTIONS]);
    assertEquals(25, LongStream.of(equal).distinct().count(), "keys of different bands differ");
  }

  private static int[] differences(Bands bands, long[] one, long[] other) {
    long[] a = bands.keys(one);
    long[] b = bands.keys(other);
    return IntStream.range(0, a.length).filter(i -> a[i] != b[i]).toArray();
  }
}
