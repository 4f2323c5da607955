package io.gateau.math.text;

import io.gateau.math.XxHash64;
import java.util.Arrays;

/**
 * The shingles of a text: the hashes of all runs of {@value #WORDS} {@link Words}, each once,
 * sorted. A text of fewer words has one shingle, of all of them; a text without words has one, of
 * its characters without the white space around them. So no text is without shingles.
 *
 * <p>Source: Broder, On the resemblance and containment of documents (1997).
 */
public final class Shingles {
  /** Words of one shingle. */
  public static final int WORDS = 5;

  private Shingles() {}

  /** The shingles of this text, sorted, without repetitions; at least one. */
  public static long[] of(String text) {
    Words words = Words.of(text);
    if (words.count() == 0) {
      return new long[] {XxHash64.of(text.strip(), 1)};
    }
    int length = Math.min(WORDS, words.count());
    long[] hashes = new long[words.count() - length + 1];
    for (int i = 0; i < hashes.length; i++) {
      hashes[i] = words.hash(i, length);
    }
    return distinct(hashes);
  }

  /** Sorts these numbers, in place, and leaves out repetitions. */
  public static long[] distinct(long[] numbers) {
    Arrays.sort(numbers);
    int kept = 0;
    for (int i = 0; i < numbers.length; i++) {
      if (i == 0 || numbers[i] != numbers[i - 1]) {
        numbers[kept++] = numbers[i];
      }
    }
    return Arrays.copyOf(numbers, kept);
  }

  /**
   * The Jaccard similarity of two sets, |a and b| / |a or b|, in [0, 1].
   *
   * @param a sorted, without repetitions
   * @param b sorted, without repetitions; not both are empty
   */
  public static double similarity(long[] a, long[] b) {
    int common = 0;
    int i = 0;
    int j = 0;
    while (i < a.length && j < b.length) {
      if (a[i] == b[j]) {
        common++;
        i++;
        j++;
      } else if (a[i] < b[j]) {
        i++;
      } else {
        j++;
      }
    }
    return (double) common / (a.length + b.length - common);
  }

  /** A hash of the whole set: equal sets have one, different ones with a chance of about 2^-64. */
  public static long fingerprint(long[] shingles) {
    long hash = shingles.length;
    for (long shingle : shingles) {
      hash = Mix.of(hash * Mix.ODD + shingle);
    }
    return hash;
  }

  /** One fingerprint of two, in this order. */
  public static long fingerprint(long first, long second) {
    return fingerprint(new long[] {first, second});
  }
}
