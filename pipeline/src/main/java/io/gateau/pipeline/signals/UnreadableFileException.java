package io.gateau.pipeline.signals;

import java.io.IOException;
import java.io.Serial;

/** A file of the store that cannot be read; the message says which, and why. */
final class UnreadableFileException extends IOException {
  @Serial private static final long serialVersionUID = 1;

  UnreadableFileException(String file, Exception cause) {
    super("%s cannot be read: %s".formatted(file, cause.getMessage()), cause);
  }
}
