package io.gateau.pipeline.read.record;

import java.util.Objects;

/** Why one record is rejected, and a sentence that helps to mend it. */
public record Rejection(RejectionReason reason, String detail) {

  public Rejection {
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(detail, "detail");
  }
}
