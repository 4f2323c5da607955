package io.gateau.math.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ShinglesTest {
  private static double similarity(String a, String b) {
    return Shingles.similarity(Shingles.of(a), Shingles.of(b));
  }

  /*
   * Shingles of five words:
   *   a  "1 2 3 4 5 6 7 8"   12345 23456 34567 45678
   *   b  "1 2 3 4 5 6 7 9"   12345 23456 34567 45679     3 of 5 in common
   *   c  "2 3 4 5 6 7 8 9"   23456 34567 45678 56789     a and c: 3 of 5; b and c: 2 of 6
   *   d  "1 2 3 4 5"         12345                       a and d: 1 of 4
   *   e  "1 2 3"             123                         nothing in common with a
   *   f  "1 1 1 1 1 1 1"     11111, three times          one shingle
   */
  @Test
  void similarityIsTheShareOfCommonShingles() {
    String a = "1 2 3 4 5 6 7 8";
    String b = "1 2 3 4 5 6 7 9";
    String c = "2 3 4 5 6 7 8 9";

    assertEquals(3 / 5.0, similarity(a, b), 0);
    assertEquals(3 / 5.0, similarity(a, c), 0);
    assertEquals(2 / 6.0, similarity(b, c), 0);
    assertEquals(1 / 4.0, similarity(a, "1 2 3 4 5"), 0);
    assertEquals(0, similarity(a, "1 2 3"), 0);
    assertEquals(1, Shingles.of("1 1 1 1 1 1 1").length, "repetitions count once");
    assertEquals(1, similarity(a, "1, 2, 3, 4; 5, 6, 7, 8."), 0, "punctuation does not count");
  }

  @Test
  void chineseWithoutSpacesIsComparedByItsCharacters() {
    // Ten characters, six shingles; the last character differs: 5 of 7 in common.
    assertEquals(5 / 7.0, similarity("一二三四五六七八九十", "一二三四五六七八九百"), 0);
  }

  @Test
  void textsWithoutWordsAreSimilarOnlyIfTheyAreEqual() {
    assertEquals(1, similarity("?!", " ?!\n"), 0);
    assertEquals(0, similarity("?!", "!!"), 0);
    assertEquals(0, similarity("", "!!"), 0);
    assertEquals(1, similarity("", " "), 0);
  }

  @Test
  void similarityAgreesWithSetsOfTheJdk() {
    Random random = new Random(3);
    for (int trial = 0; trial < 200; trial++) {
      long[] a = Shingles.distinct(random.longs(1 + random.nextInt(40), -20, 20).toArray());
      long[] b = Shingles.distinct(random.longs(1 + random.nextInt(40), -20, 20).toArray());
      Set<Long> common = new HashSet<>(Arrays.stream(a).boxed().toList());
      Set<Long> all = new HashSet<>(common);
      common.retainAll(Arrays.stream(b).boxed().toList());
      all.addAll(Arrays.stream(b).boxed().toList());

      assertEquals((double) common.size() / all.size(), Shingles.similarity(a, b), 0);
    }
  }

  @Test
  void aFingerprintTellsSetsApart() {
    long[] set = {1, 2, 3};

    assertEquals(Shingles.fingerprint(set), Shingles.fingerprint(new long[] {1, 2, 3}));
    assertNotEquals(Shingles.fingerprint(set), Shingles.fingerprint(new long[] {1, 2, 4}));
    assertNotEquals(Shingles.fingerprint(set), Shingles.fingerprint(new long[] {1, 2}));
    assertNotEquals(Shingles.fingerprint(1, 2), Shingles.fingerprint(2, 1));
    assertArrayEquals(new long[] {-1, 2}, Shingles.distinct(new long[] {2, -1, 2}));
  }
}
