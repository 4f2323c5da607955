package io.gateau.pipeline.read;

import java.util.Objects;

/** Why one record is rejected, and a sentence that helps to mend it. */
record Rejection(RejectionReason reason, String detail) {

  Rejection {
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(detail, "detail");
  }
}
