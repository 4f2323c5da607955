package io.gateau.chat;

import java.util.Objects;
import java.util.Optional;

/**
 * The three texts of a sample, none of them trimmed.
 *
 * @param context the long input
 * @param instruction what is asked about the context
 * @param response the target answer
 */
public record SampleText(String context, String instruction, String response) {

  /** Checks that all are there. */
  public SampleText {
    Objects.requireNonNull(context, "context");
    Objects.requireNonNull(instruction, "instruction");
    Objects.requireNonNull(response, "response");
  }

  /** Why these texts are no sample: one of them is empty; empty if they are one. */
  public Optional<ChatFault> fault() {
    return fault(Optional.of(context), Optional.of(instruction), Optional.of(response));
  }

  /** The first of the texts that are there that is empty; a text that is not there is no fault. */
  public static Optional<ChatFault> fault(
      Optional<String> context, Optional<String> instruction, Optional<String> response) {
    if (context.filter(String::isEmpty).isPresent()) {
      return Optional.of(
          new ChatFault(
              ChatFault.Reason.NO_CONTEXT,
              "the context is empty: nothing stands beside the instruction"));
    }
    if (instruction.filter(String::isBlank).isPresent()) {
      return Optional.of(
          new ChatFault(
              ChatFault.Reason.EMPTY_INSTRUCTION,
              "the instruction is empty or white space; in a chat, look for a blank line at the very start or end of the user turn"));
    }
    if (response.filter(String::isBlank).isPresent()) {
      return Optional.of(
          new ChatFault(ChatFault.Reason.EMPTY_RESPONSE, "the response is empty or white space"));
    }
    return Optional.empty();
  }
}
