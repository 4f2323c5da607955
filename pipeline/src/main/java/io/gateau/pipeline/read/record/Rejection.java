package io.gateau.pipeline.read.record;

import java.util.Objects;

/**
 * Why one record is rejected.
 *
 * @param reason for programs
 * @param detail a sentence that helps to mend the record
 */
public record Rejection(RejectionReason reason, String detail) {

  /** Checks that both are there. */
  public Rejection {
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(detail, "detail");
  }
}
