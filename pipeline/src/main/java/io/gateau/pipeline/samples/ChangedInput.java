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

  /** The error about a row that a table no longer has. */
  static InputException of(String table, String contentKey) {
    return new InputException(
        "%s has no longer the row with the content key %s that was scored: the table has changed since; run gateau score again on it"
            .formatted(table, contentKey));
  }
}
