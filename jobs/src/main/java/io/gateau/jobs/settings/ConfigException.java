package io.gateau.jobs.settings;

/**
 * A setting that is unknown, missing or out of range. The message says which, where it was given,
 * and how to mend it; nothing has been written.
 */
public final class ConfigException extends RuntimeException {
  public ConfigException(String message) {
    super(message);
  }

  public ConfigException(String message, Throwable cause) {
    super(message, cause);
  }
}
