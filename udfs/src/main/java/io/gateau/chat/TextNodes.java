package io.gateau.chat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.function.Consumer;

/** Texts in JSON. */
public final class TextNodes {

  private TextNodes() {}

  /**
   * The text of a value that must be a string; empty, with a fault, if it is not.
   *
   * @param path where the value stands, for the fault
   */
  public static Optional<String> string(JsonNode value, String path, Consumer<ChatFault> faults) {
    if (value.isMissingNode() || value.isNull()) {
      faults.accept(
          new ChatFault(
              ChatFault.Reason.MISSING_FIELD,
              "%s is %s".formatted(path, JsonTypes.describe(value))));
      return Optional.empty();
    }
    if (!value.isTextual()) {
      faults.accept(
          new ChatFault(
              ChatFault.Reason.WRONG_TYPE,
              "%s is %s, not a string".formatted(path, JsonTypes.describe(value))));
      return Optional.empty();
    }
    return text(path, value.textValue(), faults);
  }

  /** The text itself, unless half a surrogate pair in it could not be stored. */
  public static Optional<String> text(String path, String text, Consumer<ChatFault> faults) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          faults.accept(
              new ChatFault(
                  ChatFault.Reason.INVALID_UTF8,
                  "%s holds half of a surrogate pair (\\u%04x) at character %d"
                      .formatted(path, (int) c, i + 1)));
          return Optional.empty();
        }
        i++;
      }
    }
    return Optional.of(text);
  }
}
