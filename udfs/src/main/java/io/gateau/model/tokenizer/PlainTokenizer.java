package io.gateau.model.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Makes of a tokenizer.json one that reads special tokens as the characters that they are written
 * with. Each special token gets a name that no text holds: random, and another one in every
 * process. Its id stays, and so do the ids of all other tokens, which a token that is taken out
 * would shift. A merge that makes a special token or uses one is taken out.
 */
final class PlainTokenizer {
  private PlainTokenizer() {}

  /** Changes a tokenizer.json in place. */
  static void change(ObjectNode tokenizer) {
    Map<String, String> names = new HashMap<>();
    for (JsonNode token : tokenizer.path("added_tokens")) {
      if (token.path("special").asBoolean()) {
        String content = token.path("content").asText();
        ((ObjectNode) token)
            .put("content", names.computeIfAbsent(content, old -> UUID.randomUUID().toString()));
      }
    }
    // It names special tokens, and adds none where none is asked for.
    tokenizer.putNull("post_processor");
    if (tokenizer.path("model") instanceof ObjectNode model) {
      renameVocabulary(model, names);
      JsonNode unknown = model.path("unk_token");
      if (names.containsKey(unknown.asText())) {
        model.put("unk_token", names.get(unknown.asText()));
      }
      if (model.path("merges") instanceof ArrayNode merges) {
        model.set("merges", withoutNames(merges, names));
      }
    }
  }

  private static void renameVocabulary(ObjectNode model, Map<String, String> names) {
    if (model.path("vocab") instanceof ObjectNode ids) {
      names.forEach(
          (content, name) -> {
            JsonNode id = ids.remove(content);
            if (id != null) {
              ids.set(name, id);
            }
          });
    }
    if (model.path("vocab") instanceof ArrayNode pieces) {
      for (JsonNode piece : pieces) {
        if (piece instanceof ArrayNode pair && names.containsKey(pair.path(0).asText())) {
          pair.set(0, TextNode.valueOf(names.get(pair.path(0).asText())));
        }
      }
    }
  }

  /** A merge is written as two texts, or as one with a space between them. */
  private static ArrayNode withoutNames(ArrayNode merges, Map<String, String> names) {
    ArrayNode kept = JsonNodeFactory.instance.arrayNode(merges.size());
    for (JsonNode merge : merges) {
      String[] parts =
          merge.isTextual()
              ? merge.asText().split(" ", 2)
              : new String[] {merge.path(0).asText(), merge.path(1).asText()};
      if (parts.length < 2
          || !(names.containsKey(parts[0])
              || names.containsKey(parts[1])
              || names.containsKey(parts[0] + parts[1]))) {
        kept.add(merge);
      }
    }
    return kept;
  }
}
