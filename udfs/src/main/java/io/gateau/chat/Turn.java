package io.gateau.chat;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** One turn of a chat. */
record Turn(Role role, String text) {

  /** Who speaks; what matters is which turns can be the question and which the answer. */
  enum Role {
    USER,
    ASSISTANT,
    SYSTEM,
    TOOL
  }

  private static final Map<String, Role> ROLES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("user", Role.USER),
              Map.entry("human", Role.USER),
              Map.entry("assistant", Role.ASSISTANT),
              Map.entry("gpt", Role.ASSISTANT),
              Map.entry("chatgpt", Role.ASSISTANT),
              Map.entry("bard", Role.ASSISTANT),
              Map.entry("bing", Role.ASSISTANT),
              Map.entry("system", Role.SYSTEM),
              Map.entry("developer", Role.SYSTEM),
              Map.entry("tool", Role.TOOL),
              Map.entry("function", Role.TOOL)));

  Turn {
    Objects.requireNonNull(role, "role");
    Objects.requireNonNull(text, "text");
  }

  /** The role of a name in {@code role} or {@code from}; empty if the name is not known. */
  static Optional<Role> role(String name) {
    return Optional.ofNullable(ROLES.get(name));
  }

  /** The names that {@link #role} knows, for messages. */
  static String roleNames() {
    return String.join(", ", ROLES.keySet());
  }
}
