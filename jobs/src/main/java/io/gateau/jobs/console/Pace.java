package io.gateau.jobs.console;

import io.gateau.model.Work;
import io.gateau.pipeline.progress.PlannedWork;
import io.gateau.pipeline.progress.ScoredWork;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * The progress and the speed of scoring. The share that is done goes by floating-point operations,
 * speed by tokens. What finished samples have cost is known; what the others cost is expected.
 *
 * @param planned all that is to be done
 * @param done so far
 * @param elapsed since the start
 */
record Pace(PlannedWork planned, ScoredWork done, Duration elapsed) {
  /** All tokens that models are going to read. */
  long expectedTokens() {
    return Math.round(expected(Work::tokens));
  }

  /** Done so far, in [0, 1]. */
  double share() {
    if (done.rows() >= planned.rows()) {
      return 1;
    }
    return Math.min(1, done.scored().flops() / expected(Work::flops));
  }

  private double expected(ToDoubleFunction<Work> amount) {
    double all = amount.applyAsDouble(planned.work());
    double unfinished = all == 0 ? 0 : 1 - amount.applyAsDouble(done.planned()) / all;
    return amount.applyAsDouble(done.finished())
        + unfinished * amount.applyAsDouble(planned.expected());
  }

  long tokens() {
    return done.scored().tokens();
  }

  double tokensPerSecond() {
    return elapsed.isZero() ? 0 : tokens() / (elapsed.toNanos() * 1e-9);
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
    return "%d/%d samples".formatted(done.rows(), planned.rows());
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
