package io.gateau.jobs.console;

import java.time.Duration;

/** Durations as people say them. */
public final class Durations {
  private Durations() {}

  /** Like {@code 4.2 s}, {@code 3 min 20 s}, {@code 2 h 5 min}. */
  public static String text(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds < 10) {
      return Math.floor(duration.toMillis() / 100.0) / 10 + " s";
    }
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3600) {
      return seconds / 60 + " min " + seconds % 60 + " s";
    }
    return seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
  }
}
