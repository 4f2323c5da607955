package io.gateau.pipeline;

import io.gateau.model.checkpoint.ModelException;
import io.gateau.pipeline.read.file.Secrets;
import java.util.Optional;

/** Errors in words, for tables that people read. */
final class Errors {
  private static final int LONGEST = 500;

  private Errors() {}

  /** The first error of a type in the chain of causes. */
  static <T extends Throwable> Optional<T> find(Throwable thrown, Class<T> type) {
    for (Throwable at = thrown; at != null; at = at.getCause()) {
      if (type.isInstance(at)) {
        return Optional.of(type.cast(at));
      }
    }
    return Optional.empty();
  }

  /**
   * The innermost error, or a {@link ModelException} around it, which says how to mend it: on one
   * line, the simple name of its class, and its message, without secrets.
   */
  static String message(Throwable thrown) {
    Throwable root = thrown;
    while (!(root instanceof ModelException)
        && root.getCause() != null
        && root.getCause() != root) {
      root = root.getCause();
    }
    String text =
        Secrets.masked("%s: %s".formatted(root.getClass().getSimpleName(), root.getMessage()))
            .replaceAll("\\s+", " ");
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
  }
}
