package io.gateau.jobs.console;

import java.util.Locale;

/** Large numbers, as people read them. */
final class Amounts {
  private static final String PREFIXES = "kMGTPEZY";

  private Amounts() {}

  /** One decimal and an SI prefix: {@code 12.3 M}. */
  static String text(double value) {
    if (value < 1000) {
      return String.format(Locale.ROOT, "%.0f", value);
    }
    int power = Math.min(PREFIXES.length(), (int) (Math.log10(value) / 3));
    return String.format(
        Locale.ROOT, "%.1f %c", value / Math.pow(1000, power), PREFIXES.charAt(power - 1));
  }
}
