package io.gateau.pipeline.read.record;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The two ways to write a chat down, and the turns read from them. */
enum ChatFields {
  MESSAGES("messages", "role", "content"),
  CONVERSATIONS("conversations", "from", "value");

  private final String list;
  private final String speaker;
  private final String text;

  ChatFields(String list, String speaker, String text) {
    this.list = list;
    this.speaker = speaker;
    this.text = text;
  }

  /** The turns of a record; empty, with the draft rejected, if one of them is not as it must be. */
  Optional<List<Turn>> turns(JsonNode record, RecordDraft draft) {
    return turns(record.path(list), list, draft);
  }

  /** The turns of a field with another name. */
  Optional<List<Turn>> turns(JsonNode chat, String name, RecordDraft draft) {
    if (!chat.isArray()) {
      draft.reject(
          RejectionReason.WRONG_TYPE,
          "%s is %s, not an array of turns".formatted(name, JsonTypes.describe(chat)));
      return Optional.empty();
    }
    List<Turn> turns = new ArrayList<>();
    for (int i = 0; i < chat.size(); i++) {
      Optional<Turn> turn = turn(chat.get(i), "%s[%d]".formatted(name, i), draft);
      if (turn.isEmpty()) {
        return Optional.empty();
      }
      turns.add(turn.get());
    }
    return Optional.of(turns);
  }

  private Optional<Turn> turn(JsonNode node, String path, RecordDraft draft) {
    if (!node.isObject()) {
      draft.reject(
          RejectionReason.WRONG_TYPE,
          "%s is %s, not an object".formatted(path, JsonTypes.describe(node)));
      return Optional.empty();
    }
    Optional<String> name = draft.string(node.path(speaker), path + "." + speaker);
    if (name.isEmpty()) {
      return Optional.empty();
    }
    Optional<Turn.Role> role = Turn.role(name.get());
    if (role.isEmpty()) {
      draft.reject(
          RejectionReason.UNKNOWN_ROLE,
          "%s.%s is '%.40s'; known are %s".formatted(path, speaker, name.get(), Turn.roleNames()));
      return Optional.empty();
    }
    return content(node.path(text), path + "." + text, draft)
        .map(words -> new Turn(role.get(), words));
  }

  /** A string, or a list of text parts that follow each other without anything between. */
  private static Optional<String> content(JsonNode node, String path, RecordDraft draft) {
    if (!node.isArray()) {
      return draft.string(node, path);
    }
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < node.size(); i++) {
      JsonNode part = node.get(i);
      String partPath = "%s[%d]".formatted(path, i);
      if (!part.path("type").asText().equals("text")) {
        draft.reject(
            RejectionReason.WRONG_TYPE,
            "%s is not a text part {\"type\": \"text\", \"text\": ...}; only text can be read"
                .formatted(partPath));
        return Optional.empty();
      }
      Optional<String> words = draft.string(part.path("text"), partPath + ".text");
      if (words.isEmpty()) {
        return Optional.empty();
      }
      all.append(words.get());
    }
    return Optional.of(all.toString());
  }
}
