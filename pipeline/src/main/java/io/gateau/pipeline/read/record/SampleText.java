package io.gateau.pipeline.read.record;

import java.util.Objects;

/** The three texts of a sample, none of them trimmed. */
record SampleText(String context, String instruction, String response) {

  SampleText {
    Objects.requireNonNull(context, "context");
    Objects.requireNonNull(instruction, "instruction");
    Objects.requireNonNull(response, "response");
  }
}
