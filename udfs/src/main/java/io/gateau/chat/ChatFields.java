package io.gateau.chat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The two ways to write a chat down, and the turns read from them. */
public enum ChatFields {
  /** OpenAI and LongAlign: {@code role} and {@code content}. */
  MESSAGES("messages", "role", "content"),
  /** ShareGPT: {@code from} and {@code value}. */
  CONVERSATIONS("conversations", "from", "value");

  private final String list;
  private final String speaker;
  private final String text;

  ChatFields(String list, String speaker, String text) {
    this.list = list;
    this.speaker = speaker;
    this.text = text;
  }

  /** The field of a record that holds the turns. */
  public String list() {
    return list;
  }

  /** The field of a turn that says who speaks. */
  public String speaker() {
    return speaker;
  }

  /** The field of a turn that holds its text. */
  public String text() {
    return text;
  }

  /** The turns of a chat; empty, with a fault, if one of them is not as it must be. */
  Optional<List<Turn>> turns(JsonNode chat, Consumer<ChatFault> faults) {
    return turns(chat, list, faults);
  }

  /** The turns of a field with another name. */
  Optional<List<Turn>> turns(JsonNode chat, String name, Consumer<ChatFault> faults) {
    if (!chat.isArray()) {
      wrongType(
          "%s is %s, not an array of turns".formatted(name, JsonTypes.describe(chat)), faults);
      return Optional.empty();
    }
    List<Turn> turns = new ArrayList<>();
    for (int i = 0; i < chat.size(); i++) {
      Optional<Turn> turn = turn(chat.get(i), "%s[%d]".formatted(name, i), faults);
      if (turn.isEmpty()) {
        return Optional.empty();
      }
      turns.add(turn.get());
    }
    return Optional.of(turns);
  }

  private Optional<Turn> turn(JsonNode node, String path, Consumer<ChatFault> faults) {
    if (!node.isObject()) {
      wrongType("%s is %s, not an object".formatted(path, JsonTypes.describe(node)), faults);
      return Optional.empty();
    }
    Optional<String> name = TextNodes.string(node.path(speaker), path + "." + speaker, faults);
    if (name.isEmpty()) {
      return Optional.empty();
    }
    Optional<Turn.Role> role = Turn.role(name.get());
    if (role.isEmpty()) {
      faults.accept(
          new ChatFault(
              ChatFault.Reason.UNKNOWN_ROLE,
              "%s.%s is '%.40s'; known are %s"
                  .formatted(path, speaker, name.get(), Turn.roleNames())));
      return Optional.empty();
    }
    return content(node.path(text), path + "." + text, faults)
        .map(words -> new Turn(role.get(), words));
  }

  /** A string, or a list of text parts that follow each other without anything between. */
  private static Optional<String> content(JsonNode node, String path, Consumer<ChatFault> faults) {
    if (!node.isArray()) {
      return TextNodes.string(node, path, faults);
    }
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < node.size(); i++) {
      JsonNode part = node.get(i);
      String partPath = "%s[%d]".formatted(path, i);
      if (!part.path("type").asText().equals("text")) {
        wrongType(
            "%s is not a text part {\"type\": \"text\", \"text\": ...}; only text can be read"
                .formatted(partPath),
            faults);
        return Optional.empty();
      }
      Optional<String> words = TextNodes.string(part.path("text"), partPath + ".text", faults);
      if (words.isEmpty()) {
        return Optional.empty();
      }
      all.append(words.get());
    }
    return Optional.of(all.toString());
  }

  private static void wrongType(String detail, Consumer<ChatFault> faults) {
    faults.accept(new ChatFault(ChatFault.Reason.WRONG_TYPE, detail));
  }
}
