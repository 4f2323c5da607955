package io.gateau.model.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gateau.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerTest {
  @TempDir Path directory;
  private Tokenizer tokenizer;

  @BeforeEach
  void open() throws Exception {
    tokenizer = Tokenizer.open(TinyCheckpoint.tied().write(directory.resolve("model")));
  }

  @AfterEach
  void close() {
    tokenizer.close();
  }

  @Test
  void aTextIsEncodedWithoutSpecialTokensAndComesBack() {
    String text = "Crème\u0000 brûlée\r\n\n 水は \ud83c\udf70 ";

    assertArrayEquals(TinyCheckpoint.tokens(text), tokenizer.encode(text));
    assertEquals(text, tokenizer.decode(tokenizer.encode(text)));
  }

  @Test
  void anEmptyTextHasNoTokens() {
    assertArrayEquals(new int[0], tokenizer.encode(""));
    assertEquals("", tokenizer.decode(new int[0]));
  }

  @Test
  void aLongTextIsNotCut() {
    String text = "long ".repeat(20_000);

    assertEquals(100_000, tokenizer.encode(text).length);
  }

  @Test
  void theStartIsWhatTheTokenizerItselfPutsInFront() throws Exception {
    assertEquals(OptionalInt.of(TinyCheckpoint.BOS_ID), tokenizer.start());
    // its config.json names a bos_token_id all the same
    Path silent = TinyCheckpoint.separate().write(directory.resolve("silent"));
    try (Tokenizer without = Tokenizer.open(silent)) {
      assertEquals(OptionalInt.empty(), without.start());
    }
  }

  /* U+FFFD is EF BF BD. */
  @Test
  void aLoneSurrogateBecomesTheReplacementCharacter() {
    int[] replacement = {'a', 0xEF, 0xBF, 0xBD, 'b'};

    assertArrayEquals(replacement, tokenizer.encode("a\ud83cb"));
    assertArrayEquals(replacement, tokenizer.encode("a\udf70b"));
    assertArrayEquals(
        TinyCheckpoint.tokens("\ud83c\udf70\ufffd"), tokenizer.encode("\ud83c\udf70\ud83c"));
  }

  @Test
  void randomTextsAreTheirBytes() {
    Random random = new Random(31);
    for (int trial = 0; trial < 200; trial++) {
      String text =
          random
              .ints(random.nextInt(60), 0, Character.MAX_CODE_POINT + 1)
              .filter(point -> point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE)
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
      assertArrayEquals(TinyCheckpoint.tokens(text), tokenizer.encode(text), text);
    }
  }

  @Test
  void everyWayOfWritingAVocabularyIsRead() throws IOException {
    Path file = directory.resolve("tokenizer.json");
    Files.writeString(file, "{\"model\": {\"vocab\": [[\"a\", 0], [\"b\", -1], [\"c\", -2]]}}");
    assertEquals(2, Tokenizer.largestToken(directory));
    Files.writeString(file, "{\"model\": {\"vocab\": {\"a\": 5, \"b\": 9}}}");
    assertEquals(9, Tokenizer.largestToken(directory));
    Files.writeString(
        file, "{\"model\": {\"vocab\": {\"a\": 5}}, \"added_tokens\": [{\"id\": 11}]}");
    assertEquals(11, Tokenizer.largestToken(directory));
    Files.writeString(file, "[]");
    assertEquals(-1, Tokenizer.largestToken(directory));
  }
}
