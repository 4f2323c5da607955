package io.gateau.pipeline.contamination;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EvaluationNgramsTest {
  private static long[] hashes(int words, String... texts) {
    NgramHashes hashes = new NgramHashes(words);
    List.of(texts).forEach(hashes::addText);
    return hashes.distinct();
  }

  /*
   * Runs of two words:
   *   first   "a b c", "a b"   ab bc
   *   second  "b c d"          bc cd    bc stays with the first
   */
  @Test
  void aRunBelongsToTheFirstFileThatHoldsIt() {
    EvaluationNgrams ngrams = new EvaluationNgrams(2, List.of("first", "second"));
    ngrams.add(0, hashes(2, "a b c", "a b"));
    ngrams.add(1, hashes(2, "b c d"));

    assertEquals(3, ngrams.size());
    assertEquals(Optional.of(new EvaluationNgrams.Match("B, c", "first")), ngrams.find("x B, c d"));
    assertEquals(Optional.of(new EvaluationNgrams.Match("c d", "second")), ngrams.find("c d"));
    assertEquals(Optional.empty(), ngrams.find("b a c"));
    assertEquals(Optional.empty(), ngrams.find("a"));
    assertEquals(Optional.empty(), ngrams.find(""));
  }

  @Test
  void manyRunsOfManyTextsAreKept() {
    EvaluationNgrams ngrams = new EvaluationNgrams(1, List.of("file"));
    NgramHashes hashes = new NgramHashes(1);
    for (int i = 0; i < 5_000; i++) {
      hashes.addText("word" + i);
    }
    ngrams.add(0, hashes.distinct());

    assertEquals(5_000, ngrams.size());
    for (int i = 0; i < 5_000; i++) {
      assertEquals("word" + i, ngrams.find("word" + i).orElseThrow().words());
    }
  }
}
