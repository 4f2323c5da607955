package io.gateau.train;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;

/**
 * Makes a tokenizer.json with one token for each word. A word is a run of letters and digits, or a
 * run of other signs.
 */
final class WordTokenizer {
  private WordTokenizer() {}

  /**
   * The text of the file.
   *
   * @param vocabulary words in the order of their ids; the first stands for unknown words
   * @throws IllegalArgumentException if the vocabulary is empty or has a word twice
   */
  static String json(List<String> vocabulary) {
    if (vocabulary.isEmpty() || new HashSet<>(vocabulary).size() < vocabulary.size()) {
      throw new IllegalArgumentException("the vocabulary is empty or has a word twice");
    }
    ObjectNode root = JsonMapper.builder().build().createObjectNode();
    root.put("version", "1.0").putNull("truncation").putNull("padding");
    ObjectNode unknown = root.putArray("added_tokens").addObject();
    unknown.put("id", 0).put("content", vocabulary.get(0)).put("single_word", false);
    unknown.put("lstrip", false).put("rstrip", false).put("normalized", false);
    unknown.put("special", true);
    root.putNull("normalizer");
    root.putObject("pre_tokenizer").put("type", "Whitespace");
    root.putNull("post_processor").putNull("decoder");
    ObjectNode model = root.putObject("model").put("type", "WordLevel");
    ObjectNode words = model.putObject("vocab");
    for (int id = 0; id < vocabulary.size(); id++) {
      words.put(vocabulary.get(id), id);
    }
    model.put("unk_token", vocabulary.get(0));
    return root.toPrettyString() + "\n";
  }
}
