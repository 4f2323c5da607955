package io.gateau.jobs.console;

import java.time.Duration;

/** Durations as people say them. */
public final class Durations {
  private Durations() {}

  /** Like {@code 4.2 s}, {@code 3 min 20 s}, {@code 2 h 5 min}. */
  public static String text(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds < 10) {
      return "%s s".formatted(Math.floor(duration.toMillis() / 100.0) / 10);
    }
    if (seconds < 60) {
      return "%s s".formatted(seconds);
    }
    if (seconds < 3600) {
      return "%s min %s s".formatted(seconds / 60, seconds % 60);
    }
    return "%s h %s min".formatted(seconds / 3600, seconds % 3600 / 60);
  }
}
