package io.gateau.model;

import java.util.Locale;

/** Formats amounts of memory for messages. */
public final class Bytes {
  private static final long GIB = 1L << 30;
  private static final long MIB = 1L << 20;

  private Bytes() {}

  /** An amount in GiB with one decimal, or in whole MiB below 1 GiB: {@code 13.5 GiB}. */
  public static String text(long bytes) {
    if (Math.abs(bytes) >= GIB) {
      return String.format(Locale.ROOT, "%.1f GiB", (double) bytes / GIB);
    }
    return String.format(Locale.ROOT, "%.0f MiB", (double) bytes / MIB);
  }
}
