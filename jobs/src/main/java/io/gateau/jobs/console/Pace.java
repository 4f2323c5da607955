package io.gateau.jobs.console;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * How far scoring is and how fast it goes. Characters measure the work because they are known
 * beforehand; tokens are what people compare.
 *
 * @param rows samples done
 * @param totalRows samples to do
 * @param characters done
 * @param totalCharacters to do
 * @param tokens read so far
 * @param elapsed since the start
 */
record Pace(
    long rows,
    long totalRows,
    long characters,
    long totalCharacters,
    long tokens,
    Duration elapsed) {
  /** All tokens there will be, in proportion to the characters; empty before anything is done. */
  Optional<Long> expectedTokens() {
    return characters == 0
        ? Optional.empty()
        : Optional.of(Math.round((double) tokens * totalCharacters / characters));
  }

  /** Done so far, in [0, 1]. */
  double share() {
    return totalCharacters == 0 ? 1 : Math.min(1, (double) characters / totalCharacters);
  }

  double tokensPerSecond() {
    return elapsed.isZero() ? 0 : tokens / (elapsed.toNanos() * 1e-9);
  }

  /** Empty before anything is done. */
  Optional<Duration> left() {
    double share = share();
    return share == 0
        ? Optional.empty()
        : Optional.of(Duration.ofMillis(Math.round(elapsed.toMillis() * (1 - share) / share)));
  }

  /** Samples done, of all. */
  String samples() {
    return "%d/%d samples".formatted(rows, totalRows);
  }

  /** Samples, speed and time left. */
  String text() {
    return String.format(
        Locale.ROOT,
        "%s, %,.0f tokens/s, %s",
        samples(),
        tokensPerSecond(),
        left().map(Durations::text).map("%s left"::formatted).orElse("time left unknown"));
  }
}
