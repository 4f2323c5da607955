package io.gateau.jobs;

import io.gateau.jobs.settings.ConfigException;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.pipeline.ScoringFailedException;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.file.Secrets;
import io.gateau.planted.real.CorpusException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;

/**
 * The message and the exit code of an error.
 *
 * @param exitCode {@link ExitCode#WRONG_INPUT} where the user can mend it, else {@link
 *     ExitCode#FAILED}
 * @param message for the user, without a stack trace and without secrets
 */
record Failure(int exitCode, String message) {
  Failure {
    message = Secrets.masked(message);
  }

  /** Finds the error that Spark and others have wrapped. */
  static Failure of(Throwable thrown) {
    List<Throwable> chain = chain(thrown);
    Optional<ScoringFailedException> scoring =
        chain.stream()
            .filter(ScoringFailedException.class::isInstance)
            .map(ScoringFailedException.class::cast)
            .findFirst();
    if (scoring.isPresent()) {
      return new Failure(ExitCode.FAILED, scoringFailed(scoring.get()));
    }
    return chain.stream()
        .filter(Failure::isUserError)
        .findFirst()
        .map(cause -> new Failure(ExitCode.WRONG_INPUT, "gateau: %s".formatted(cause.getMessage())))
        .orElseGet(() -> new Failure(ExitCode.FAILED, unexpected(chain)));
  }

  private static boolean isUserError(Throwable cause) {
    return cause instanceof ConfigException
        || cause instanceof InputException
        || cause instanceof CorpusException
        || cause instanceof ModelException;
  }

  private static String scoringFailed(ScoringFailedException failure) {
    return String.join(
        System.lineSeparator(),
        "gateau: scoring failed on the way: %s".formatted(failure.getMessage()),
        "What was scored by then, if anything, stays stored; the same command again continues from there.",
        "--verbose shows the stack trace.");
  }

  private static String unexpected(List<Throwable> chain) {
    if (chain.stream().anyMatch(Failure::isOutOfHeap)) {
      return String.join(
          System.lineSeparator(),
          "gateau: failed on the way: the Java heap was full.",
          "Give executors more (spark.executor.memory), or a local run (GATEAU_JAVA_OPTS=-Xmx16g). If single records are very long, lower read.max-line-bytes, which rejects them.",
          "--verbose shows the stack trace.");
    }
    String what = chain.get(chain.size() - 1).toString().lines().findFirst().orElse("");
    return String.join(
        System.lineSeparator(),
        "gateau: failed on the way: %s".formatted(what),
        "--verbose shows the stack trace.");
  }

  /**
   * Whether a task ended for want of heap. Of a task that fails several times Spark shows the last
   * failure alone: an executor that ends with Spark's code 52 for this, or one that is about to and
   * takes no task any more.
   */
  private static boolean isOutOfHeap(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return (cause instanceof OutOfMemoryError
            && (message.contains("Java heap space") || message.contains("GC overhead limit")))
        || message.contains("exited with code 52")
        || (cause instanceof RejectedExecutionException
            && message.contains("org.apache.spark.executor.Executor"));
  }

  private static List<Throwable> chain(Throwable thrown) {
    List<Throwable> result = new ArrayList<>();
    for (Throwable at = thrown; at != null && !result.contains(at); at = at.getCause()) {
      result.add(at);
    }
    return result;
  }
}
