package io.gateau.pipeline.rank.strategy;

import java.util.Locale;

/** Numbers in an explanation. */
final class Words {
  private Words() {}

  /** Three decimals, or four digits where three decimals say little. */
  static String number(double value) {
    double size = Math.abs(value);
    boolean plain = size == 0 || (size >= 0.01 && size < 10_000);
    return String.format(Locale.ROOT, plain ? "%.3f" : "%.3e", value);
  }

  /** A share as per cent with one decimal. */
  static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}
