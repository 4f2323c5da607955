package io.gateau.planted.real;

import java.io.Serial;

/** A corpus that cannot give the samples that are asked for; the message says what would help. */
public final class CorpusException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  CorpusException(String message) {
    super(message);
  }
}
