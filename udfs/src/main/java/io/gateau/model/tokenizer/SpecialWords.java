package io.gateau.model.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds the special tokens of a tokenizer where they are written out in a text. */
public final class SpecialWords {
  /** First character to the tokens that begin with it, the longest first. */
  private final Map<Character, List<String>> byFirst = new HashMap<>();

  /** Whether normalisation may make a special token of a text that does not show it. */
  private final boolean hidden;

  private SpecialWords(List<AddedToken> tokens, boolean normalizes) {
    boolean mayBeHidden = false;
    for (AddedToken token : tokens) {
      if (token.special()) {
        byFirst
            .computeIfAbsent(token.content().charAt(0), first -> new ArrayList<>())
            .add(token.content());
        mayBeHidden |= normalizes && token.normalized();
      }
    }
    byFirst.values().forEach(list -> list.sort(Comparator.comparing(String::length).reversed()));
    hidden = mayBeHidden;
  }

  /** Those of a tokenizer.json. */
  static SpecialWords of(JsonNode tokenizer) {
    return new SpecialWords(AddedToken.of(tokenizer), !tokenizer.path("normalizer").isEmpty());
  }

  /** Whether a text may hold one. If not, all ways to read special tokens give equal tokens. */
  public boolean mayStandIn(String text) {
    return hidden || first(text) < text.length();
  }

  /** Where the first one begins; the length of the text if there is none. */
  public int first(String text) {
    int at = 0;
    while (at < text.length() && lengthAt(text, at) == 0) {
      at++;
    }
    return at;
  }

  /** Where the last one ends; 0 if there is none. */
  public int endOfLast(String text) {
    int end = 0;
    int at = first(text);
    while (at < text.length()) {
      end = at + lengthAt(text, at);
      at = end + first(text.substring(end));
    }
    return end;
  }

  private int lengthAt(String text, int at) {
    for (String token : byFirst.getOrDefault(text.charAt(at), List.of())) {
      if (text.startsWith(token, at)) {
        return token.length();
      }
    }
    return 0;
  }
}
