package io.gateau.chat;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a chat into context, instruction and response (docs/method.md, "A sample"; not in the
 * paper).
 *
 * <p>The response is the last assistant turn; what follows it is not used. The instruction is the
 * last (or first) paragraph of the user turn right before it. The context is the rest of that turn
 * with all earlier turns in front, joined by {@link #SEPARATOR}; an empty part adds nothing, not
 * even a separator. The one separator between context and instruction belongs to neither, and
 * nothing else is trimmed. Without a separator the whole turn is the instruction.
 */
final class ChatSplit {

  /** What ends a paragraph. */
  static final String SEPARATOR = "\n\n";

  private final InstructionAt at;

  ChatSplit(InstructionAt at) {
    this.at = at;
  }

  /** Where the question stands, or why there is none. */
  sealed interface Outcome permits Split, Refused {}

  /** The chat has a question and an answer; either may still be empty. */
  record Split(SampleText text) implements Outcome {}

  /** The chat has no answer, or no question right before it. */
  record Refused(ChatFault fault) implements Outcome {}

  Outcome split(List<Turn> turns) {
    int response = lastAssistant(turns);
    if (response < 0) {
      return new Refused(
          new ChatFault(
              ChatFault.Reason.NO_ASSISTANT_TURN,
              "none of the %d turns is an assistant's, so there is no response"
                  .formatted(turns.size())));
    }
    int user = response - 1;
    if (user < 0) {
      return new Refused(
          new ChatFault(
              ChatFault.Reason.NO_USER_TURN,
              "the last assistant turn is the first turn; a user turn must stand before it"));
    }
    if (turns.get(user).role() != Turn.Role.USER) {
      return new Refused(
          new ChatFault(
              ChatFault.Reason.NO_USER_TURN,
              "turn %d, right before the last assistant turn, is not a user's (its role is %s)"
                  .formatted(user + 1, turns.get(user).role())));
    }
    return new Split(split(turns, user, turns.get(response).text()));
  }

  private SampleText split(List<Turn> turns, int user, String response) {
    String question = turns.get(user).text();
    int blank =
        at == InstructionAt.LAST ? question.lastIndexOf(SEPARATOR) : question.indexOf(SEPARATOR);
    String before = blank < 0 ? "" : question.substring(0, blank);
    String after = blank < 0 ? "" : question.substring(blank + SEPARATOR.length());
    boolean last = at == InstructionAt.LAST;
    String rest = last ? before : after;
    String instruction = blank < 0 ? question : last ? after : before;

    List<String> parts = new ArrayList<>();
    for (Turn earlier : turns.subList(0, user)) {
      parts.add(earlier.text());
    }
    parts.add(rest);
    parts.removeIf(String::isEmpty);
    return new SampleText(String.join(SEPARATOR, parts), instruction, response);
  }

  private static int lastAssistant(List<Turn> turns) {
    for (int i = turns.size() - 1; i >= 0; i--) {
      if (turns.get(i).role() == Turn.Role.ASSISTANT) {
        return i;
      }
    }
    return -1;
  }
}
