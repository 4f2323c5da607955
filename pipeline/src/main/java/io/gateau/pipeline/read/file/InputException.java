package io.gateau.pipeline.read.file;

import java.io.Serial;

/**
 * An input that cannot be read at all; the message says what is wrong, where, and how to mend it.
 */
public final class InputException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1;

  /** An input problem found by looking at the input. */
  public InputException(String message) {
    super(message);
  }

  /** An input problem that another error brought to light. */
  public InputException(String message, Throwable cause) {
    super(message, cause);
  }
}
