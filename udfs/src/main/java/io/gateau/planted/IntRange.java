package io.gateau.planted;

import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whole numbers from low to high, both included.
 *
 * @param low smallest, 0 or more
 * @param high largest, not below low
 */
public record IntRange(int low, int high) {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,9})(?:\\.\\.(\\d{1,9}))?");

  public IntRange {
    if (low < 0 || high < low) {
      throw new IllegalArgumentException(
          "%d..%d is no range; give the smaller number first, 0 or more".formatted(low, high));
    }
  }

  /**
   * Reads LOW..HIGH, or one number for both.
   *
   * @throws IllegalArgumentException if the text is neither
   */
  public static IntRange of(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'%s' is no range; write LOW..HIGH, such as 1024..4096, or one number".formatted(text));
    }
    int low = Integer.parseInt(matcher.group(1));
    return new IntRange(low, matcher.group(2) == null ? low : Integer.parseInt(matcher.group(2)));
  }

  /** Whether a number is in the range. */
  public boolean contains(int number) {
    return low <= number && number <= high;
  }

  /** A random number of the range, all equally likely. */
  public int uniform(Random random) {
    return low + random.nextInt(high - low + 1);
  }

  /**
   * A random number of the range whose logarithm is uniform. {@link StrictMath} gives the same
   * number on every machine.
   */
  public int logUniform(Random random) {
    double log = StrictMath.log(low + 0.5);
    double drawn = log + random.nextDouble() * (StrictMath.log(high + 0.5) - log);
    return Math.max(low, Math.min(high, (int) Math.round(StrictMath.exp(drawn))));
  }

  /** LOW..HIGH, which {@link #of} reads. */
  @Override
  public String toString() {
    return low + ".." + high;
  }
}
