package io.gateau.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.model.checkpoint.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WordTokenizerTest {
  @TempDir Path directory;

  @Test
  void everyWordIsOneTokenAndOthersAreUnknown() throws Exception {
    List<String> words = List.of("[UNK]", "###", "Input", ":", "code", "42", ".");
    Files.writeString(directory.resolve("tokenizer.json"), WordTokenizer.json(words));
    try (Tokenizer tokenizer = Tokenizer.open(directory)) {
      assertArrayEquals(new int[] {1, 2, 3}, tokenizer.encode("### Input: "));
      assertArrayEquals(new int[] {4, 5, 6, 0}, tokenizer.encode("\n\ncode 42. codes"));
      assertTrue(tokenizer.start().isEmpty(), "nothing is put in front");
    }
  }

  @Test
  void aWordTwiceIsRefused() {
    assertEquals(
        "the vocabulary is empty or has a word twice",
        assertThrows(
                IllegalArgumentException.class, () -> WordTokenizer.json(List.of("a", "b", "a")))
            .getMessage());
  }
}
