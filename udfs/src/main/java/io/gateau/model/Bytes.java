package io.gateau.model;

import java.util.Locale;

/** Amounts of memory as people read them. */
public final class Bytes {
  private static final long GIB = 1L << 30;
  private static final long MIB = 1L << 20;

  private Bytes() {}

  /** In GiB or MiB, three digits or so: {@code 13.5 GiB}. */
  public static String text(long bytes) {
    if (Math.abs(bytes) >= GIB) {
      return String.format(Locale.ROOT, "%.1f GiB", (double) bytes / GIB);
    }
    return String.format(Locale.ROOT, "%.0f MiB", (double) bytes / MIB);
  }
}
