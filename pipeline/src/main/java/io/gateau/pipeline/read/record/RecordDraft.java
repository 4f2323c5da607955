package io.gateau.pipeline.read.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.gateau.chat.ChatFault;
import io.gateau.chat.SampleText;
import io.gateau.chat.TextNodes;
import java.util.Optional;

/** A record while it is parsed: the fields found so far and the first fault. */
final class RecordDraft {

  private Optional<String> id = Optional.empty();
  private Optional<String> source = Optional.empty();
  private Optional<String> context = Optional.empty();
  private Optional<String> instruction = Optional.empty();
  private Optional<String> response = Optional.empty();
  private Optional<Rejection> rejection = Optional.empty();

  void id(String value) {
    id = Optional.of(value);
  }

  void source(String value) {
    source = Optional.of(value);
  }

  void context(String value) {
    context = Optional.of(value);
  }

  void instruction(String value) {
    instruction = Optional.of(value);
  }

  void response(String value) {
    response = Optional.of(value);
  }

  /** Rejects the record; only the first rejection counts. */
  void reject(Rejection why) {
    if (rejection.isEmpty()) {
      rejection = Optional.of(why);
    }
  }

  void reject(ChatFault fault) {
    reject(RejectionReason.of(fault.reason().code()), fault.detail());
  }

  void reject(RejectionReason reason, String detail) {
    reject(new Rejection(reason, detail));
  }

  /** The text of a field that must be a string; rejects the record if it is not. */
  Optional<String> field(JsonNode object, String name) {
    return TextNodes.string(object.path(name), name, this::reject);
  }

  /** The text itself, unless half a surrogate pair in it could not be stored. */
  Optional<String> text(String path, String text) {
    return TextNodes.text(path, text, this::reject);
  }

  /** The record; an empty context, instruction or response rejects it. */
  ParsedRecord finish() {
    SampleText.fault(context, instruction, response).ifPresent(this::reject);
    return new ParsedRecord(id, source, context, instruction, response, rejection);
  }
}
