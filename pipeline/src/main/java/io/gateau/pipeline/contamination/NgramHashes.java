package io.gateau.pipeline.contamination;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gateau.math.text.Shingles;
import io.gateau.math.text.Words;
import io.gateau.pipeline.read.file.InputException;
import java.util.Arrays;

/** Gathers the hashes of all runs of so many words of some texts. */
final class NgramHashes {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final int words;
  private long[] hashes = new long[1_024];
  private int count;

  NgramHashes(int words) {
    this.words = words;
  }

  /** Adds a text. */
  void addText(String text) {
    Words cut = Words.of(text);
    int more = Math.max(0, cut.count() - words + 1);
    if (count + more > hashes.length) {
      hashes = Arrays.copyOf(hashes, Math.max(2 * hashes.length, count + more));
    }
    for (int i = 0; i < more; i++) {
      hashes[count++] = cut.hash(i, words);
    }
  }

  /**
   * Adds every text in a record.
   *
   * @param json of the record
   * @param place of it, for messages
   * @throws InputException if it is no JSON
   */
  void addRecord(String json, String place) {
    try {
      addTexts(JSON.readTree(json));
    } catch (JsonProcessingException e) {
      throw new InputException(
          "%s is no JSON: %s; mend it, or leave the file out of --exclude"
              .formatted(place, e.getOriginalMessage()),
          e);
    }
  }

  private void addTexts(JsonNode node) {
    if (node.isTextual()) {
      addText(node.asText());
    }
    node.forEach(this::addTexts);
  }

  /** The hashes, sorted, each once. */
  long[] distinct() {
    return Shingles.distinct(Arrays.copyOf(hashes, count));
  }
}
