package io.gateau.pipeline.samples;

import io.gateau.pipeline.read.file.InputException;

/** The error about a record that is no longer where it was, or no longer what it was. */
public final class ChangedInput {

  private ChangedInput() {}

  /** The error, with the place of the record. */
  public static InputException at(String file, long line) {
    return new InputException(
        "%s:%d is not what was scored: the input has changed since; run gateau score again on it"
            .formatted(file, line));
  }
}
