package io.gateau.model.tokenizer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** What is read from a tokenizer.json beside what the tokenizers library reads of it. */
public final class TokenizerFile {
  private static final JsonMapper JSON = new JsonMapper();

  private final JsonNode json;

  private TokenizerFile(JsonNode json) {
    this.json = json;
  }

  /**
   * Reads the text of a file.
   *
   * @throws JsonProcessingException if it is not JSON
   */
  public static TokenizerFile parse(String text) throws JsonProcessingException {
    return new TokenizerFile(JSON.readTree(text));
  }

  /**
   * A fault that would end the process, or make tokens that no model has; empty if there is none.
   * The text goes on from the name of the file.
   */
  public Optional<String> fault() {
    return TokenizerFaults.find(json);
  }

  /** The largest id of its vocabulary and its added tokens; -1 if it has neither. */
  public int largestToken() {
    JsonNode vocabulary = json.path("model").path("vocab");
    int largest = vocabulary.isArray() ? vocabulary.size() - 1 : -1;
    if (vocabulary.isObject()) {
      for (JsonNode id : vocabulary) {
        largest = Math.max(largest, id.asInt(-1));
      }
    }
    for (JsonNode token : json.path("added_tokens")) {
      largest = Math.max(largest, token.path("id").asInt(-1));
    }
    return largest;
  }

  /** Where a text may be cut without a change of the tokens behind the cut. */
  public LetterCuts cuts() {
    return LetterCuts.of(json);
  }

  /** Finds its special tokens in texts. */
  public SpecialWords specialWords() {
    return SpecialWords.of(json);
  }

  /**
   * Another tokenizer.json that gives every text the same tokens, apart from special tokens, which
   * it reads as the characters that they are written with.
   *
   * @throws JsonProcessingException if the text is not JSON
   */
  public static String withoutSpecialTokens(String text) throws JsonProcessingException {
    JsonNode json = JSON.readTree(text);
    if (json instanceof ObjectNode tokenizer) {
      PlainTokenizer.change(tokenizer);
    }
    return json.toString();
  }
}
