package io.gateau.jobs.testing;

import java.util.Objects;

/**
 * How a spark-submit ended.
 *
 * @param exitCode the exit code of the driver's JVM
 * @param stdout what the driver wrote to standard output
 * @param stderr what the driver wrote to standard error, Spark's log with it
 */
public record SubmitResult(int exitCode, String stdout, String stderr) {

  /** Refuses null. */
  public SubmitResult {
    Objects.requireNonNull(stdout, "stdout");
    Objects.requireNonNull(stderr, "stderr");
  }

  /**
   * This result, if the exit code is 0.
   *
   * @throws IllegalStateException with the last lines of output otherwise
   */
  public SubmitResult requireSuccess() {
    if (exitCode != 0) {
      throw new IllegalStateException(
          "spark-submit ended with exit code %d%n--- stdout, last lines ---%n%s%n--- stderr, last lines ---%n%s"
              .formatted(exitCode, ChildProcess.tail(stdout), ChildProcess.tail(stderr)));
    }
    return this;
  }
}
