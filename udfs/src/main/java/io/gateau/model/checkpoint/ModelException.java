package io.gateau.model.checkpoint;

/**
 * A model that cannot be used as it is: a missing or damaged file, an unsupported architecture, a
 * tensor of the wrong shape. The message says what is wrong, in which file, and how to mend it. It
 * stops a run before anything is written.
 */
public final class ModelException extends RuntimeException {
  /** Says what is wrong, in which file, and how to mend it. */
  public ModelException(String message) {
    super(message);
  }

  /** Says what is wrong, in which file, and how to mend it; {@code cause} is what revealed it. */
  public ModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
