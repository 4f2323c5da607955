package io.gateau.model.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A token that the tokenizers library looks for in a text before anything else happens to the text.
 *
 * @param content the text of the token, not empty
 * @param special whether it is a control token
 * @param singleWord whether it counts only where no letter or digit stands beside it
 * @param normalized whether it is looked for in the normalised text
 */
record AddedToken(String content, boolean special, boolean singleWord, boolean normalized) {
  /** The added tokens of a tokenizer.json, in order. */
  static List<AddedToken> of(JsonNode tokenizer) {
    List<AddedToken> tokens = new ArrayList<>();
    for (JsonNode token : tokenizer.path("added_tokens")) {
      String content = token.path("content").asText();
      if (!content.isEmpty()) {
        boolean special = token.path("special").asBoolean();
        tokens.add(
            new AddedToken(
                content,
                special,
                token.path("single_word").asBoolean(),
                token.path("normalized").asBoolean(!special)));
      }
    }
    return List.copyOf(tokens);
  }
}
