package io.gateau.pipeline.read.record;

import com.fasterxml.jackson.databind.JsonNode;
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

  void reject(RejectionReason reason, String detail) {
    reject(new Rejection(reason, detail));
  }

  /** The text of a field that must be a string; rejects the record if it is not. */
  Optional<String> field(JsonNode object, String name) {
    return string(object.path(name), name);
  }

  /** The text of a value that must be a string; {@code path} says where it stands. */
  Optional<String> string(JsonNode value, String path) {
    if (value.isMissingNode() || value.isNull()) {
      reject(RejectionReason.MISSING_FIELD, "%s is %s".formatted(path, JsonTypes.describe(value)));
      return Optional.empty();
    }
    if (!value.isTextual()) {
      reject(
          RejectionReason.WRONG_TYPE,
          "%s is %s, not a string".formatted(path, JsonTypes.describe(value)));
      return Optional.empty();
    }
    return text(path, value.textValue());
  }

  /** The text itself, unless half a surrogate pair in it could not be stored. */
  Optional<String> text(String path, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          reject(
              RejectionReason.INVALID_UTF8,
              "%s holds half of a surrogate pair (\\u%04x) at character %d"
                  .formatted(path, (int) c, i + 1));
          return Optional.empty();
        }
        i++;
      }
    }
    return Optional.of(text);
  }

  /** The record; an empty context, instruction or response rejects it. */
  ParsedRecord finish() {
    if (context.filter(String::isEmpty).isPresent()) {
      reject(
          RejectionReason.NO_CONTEXT,
          "the context is empty: nothing stands beside the instruction");
    }
    if (instruction.filter(String::isBlank).isPresent()) {
      reject(
          RejectionReason.EMPTY_INSTRUCTION,
          "the instruction is empty or white space; in a chat, look for a blank line at the very start or end of the user turn");
    }
    if (response.filter(String::isBlank).isPresent()) {
      reject(RejectionReason.EMPTY_RESPONSE, "the response is empty or white space");
    }
    return new ParsedRecord(id, source, context, instruction, response, rejection);
  }
}
