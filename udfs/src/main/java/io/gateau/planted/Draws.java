package io.gateau.planted;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Random choices that are the same on every machine: only what {@link Random} specifies. */
public final class Draws {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private Draws() {}

  /** The generator of one member of a data set: independent of the other members. */
  public static Random member(long seed, long index) {
    long mixed = seed * GOLDEN + index;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return new Random(mixed ^ (mixed >>> 31));
  }

  /** One element, all equally likely. */
  public static <T> T from(List<T> all, Random random) {
    return all.get(random.nextInt(all.size()));
  }

  /** One element, the i-th with weight 1 / (i + 1): Zipf's law of words. */
  static <T> T skewed(List<T> all, Random random) {
    double total = 0;
    for (int i = 0; i < all.size(); i++) {
      total += 1.0 / (i + 1);
    }
    double left = random.nextDouble() * total;
    for (int i = 0; i < all.size(); i++) {
      left -= 1.0 / (i + 1);
      if (left < 0) {
        return all.get(i);
      }
    }
    return all.get(all.size() - 1);
  }

  /** A copy in random order. */
  public static <T> List<T> shuffled(List<T> all, Random random) {
    List<T> result = new ArrayList<>(all);
    Collections.shuffle(result, random);
    return result;
  }
}
