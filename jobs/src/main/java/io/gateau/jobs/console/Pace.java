package io.gateau.jobs.console;

import io.gateau.score.cost.Work;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * The progress and the speed of scoring. The share that is done is that of the planned operations,
 * which are known before a sample is tokenized; speed is counted in tokens.
 *
 * @param rows samples done
 * @param totalRows samples to do
 * @param done what the samples done were planned to cost
 * @param total what all samples were planned to cost
 * @param tokens scored so far
 * @param elapsed since the start
 */
record Pace(long rows, long totalRows, Work done, Work total, long tokens, Duration elapsed) {
  /** All tokens: as planned and, once samples are done, as the tokens of those differ from that. */
  long expectedTokens() {
    return done.tokens() == 0
        ? total.tokens()
        : Math.round((double) tokens * total.tokens() / done.tokens());
  }

  /** Done so far, in [0, 1]. */
  double share() {
    return total.flops() == 0 ? 1 : Math.min(1, done.flops() / total.flops());
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
