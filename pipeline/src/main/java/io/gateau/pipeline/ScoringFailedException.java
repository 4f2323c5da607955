package io.gateau.pipeline;

import java.io.Serial;

/** Scoring has begun and came to no end. What was scored is stored; the next call goes on. */
public final class ScoringFailedException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  ScoringFailedException(String message) {
    super(message);
  }

  ScoringFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
