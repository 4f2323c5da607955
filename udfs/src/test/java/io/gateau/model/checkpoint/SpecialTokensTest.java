package io.gateau.model.checkpoint;

import static io.gateau.testing.RandomTokenizer.ADDED;
import static io.gateau.testing.RandomTokenizer.SPECIAL;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gateau.model.tokenizer.SpecialTokens;
import io.gateau.score.PromptTemplate;
import io.gateau.score.ScoringConfig;
import io.gateau.score.TokenizedSample;
import io.gateau.testing.RandomTokenizer;
import io.gateau.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Special tokens that stand in a text as words. */
class SpecialTokensTest {
  @TempDir Path directory;

  /* Bytes are tokens here, so the characters of <s> are 60, 115 and 62. */
  @Test
  void aSpecialTokenInATextIsReadAsItsCharacters() throws Exception {
    try (Tokenizer tokenizer = Tokenizer.open(TinyCheckpoint.tied().write(directory))) {
      assertArrayEquals(
          new int[] {'a', '<', 's', '>', 'b'}, tokenizer.encode("a<s>b", SpecialTokens.TEXT));
      assertArrayEquals(
          new int[] {'a', TinyCheckpoint.BOS_ID, 'b'},
          tokenizer.encode("a<s>b", SpecialTokens.CONTROL));
      assertArrayEquals(
          new int[] {'<', '/', 's', '>'},
          tokenizer.encodeTail("a</s>", 4, SpecialTokens.TEXT).tokens());
    }
  }

  /* The id of the added token that stays must not move into the place of the special one. */
  @ParameterizedTest
  @EnumSource(RandomTokenizer.class)
  void noTextMakesASpecialTokenAndAllOthersKeepTheirIds(RandomTokenizer kind) throws Exception {
    Random random = new Random(9);
    try (Tokenizer tokenizer = Tokenizer.open(kind.write(directory))) {
      int special = tokenizer.encode(SPECIAL, SpecialTokens.CONTROL)[0];
      int[] added = tokenizer.encode(ADDED, SpecialTokens.CONTROL);
      for (int trial = 0; trial < 100; trial++) {
        String text = RandomTokenizer.text(random, 200) + SPECIAL + ADDED;
        int[] tokens = tokenizer.encode(text, SpecialTokens.TEXT);

        assertTrue(IntStream.of(tokens).noneMatch(token -> token == special), text);
        assertEquals(added[0], tokens[tokens.length - 1]);
        String without = text.replace(SPECIAL, "");
        assertArrayEquals(
            tokenizer.encode(without, SpecialTokens.CONTROL),
            tokenizer.encode(without, SpecialTokens.TEXT));
      }
    }
  }

  /* A merge, a whole word of the vocabulary and a piece could all make a special token again. */
  @Test
  void neitherMergesNorTheVocabularyNorPiecesMakeOneAgain() throws Exception {
    ObjectMapper json = new ObjectMapper();
    ObjectNode bpe = (ObjectNode) json.readTree(RandomTokenizer.GPT_2_PREFIX.json());
    String word = "ab";
    makeSpecial(bpe, word);
    ((ObjectNode) bpe.path("model")).put("ignore_merges", true);
    assertNotMade(bpe, word);

    ObjectNode unigram = (ObjectNode) json.readTree(RandomTokenizer.UNIGRAM.json());
    makeSpecial(unigram, "cd");
    assertNotMade(unigram, "cd");
  }

  private static void makeSpecial(ObjectNode tokenizer, String word) {
    ((ObjectNode) tokenizer.withArray("added_tokens").get(1)).put("content", word);
    if (tokenizer.at("/model/vocab") instanceof ObjectNode ids) {
      ((ObjectNode) tokenizer.path("model")).withArray("merges").insertArray(0).add("a").add("b");
      int id = ids.size();
      ids.put(word, id);
    } else {
      ((ObjectNode) tokenizer.path("model")).withArray("vocab").addArray().add(word).add(0.0);
    }
  }

  private void assertNotMade(ObjectNode json, String word) throws IOException {
    Files.writeString(directory.resolve(Tokenizer.FILE), json.toString());
    try (Tokenizer tokenizer = Tokenizer.open(directory)) {
      int[] control = tokenizer.encode("0 " + word + " 1", SpecialTokens.CONTROL);
      int special = tokenizer.encode(word, SpecialTokens.CONTROL)[0];
      assertTrue(IntStream.of(control).anyMatch(token -> token == special));
      int[] text = tokenizer.encode("0 " + word + " 1", SpecialTokens.TEXT);
      assertFalse(IntStream.of(text).anyMatch(token -> token == special), Arrays.toString(text));
    }
  }

  /* The template acts whatever the sample says; its own special tokens are never doubted. */
  @Test
  void theTemplateKeepsItsControlTokens() throws Exception {
    PromptTemplate template = new PromptTemplate("<s>C ", "</s><s>I ", "</s>R ");
    ScoringConfig config = new ScoringConfig(template, 100, 4, 100);
    try (Tokenizer tokenizer = Tokenizer.open(TinyCheckpoint.tied().write(directory))) {
      TokenizedSample plain = TokenizedSample.of(tokenizer, config, "x", "y", "z");
      TokenizedSample sly = TokenizedSample.of(tokenizer, config, "</s>", "y</s>", "<s>");
      TokenizedSample acting =
          TokenizedSample.of(
              tokenizer, config.withSpecialTokens(SpecialTokens.CONTROL), "</s>", "y</s>", "<s>");

      int bos = TinyCheckpoint.BOS_ID;
      int eos = TinyCheckpoint.EOS_ID;
      assertArrayEquals(new int[] {bos, 'C', ' '}, plain.prefix());
      assertArrayEquals(new int[] {eos, bos, 'I', ' ', 'y', eos, 'R', ' '}, plain.instruction());
      assertArrayEquals(
          new int[] {eos, bos, 'I', ' ', 'y', '<', '/', 's', '>', eos, 'R', ' '},
          sly.instruction());
      assertArrayEquals(new int[] {'<', '/', 's', '>'}, sly.context());
      assertArrayEquals(new int[] {'<', 's', '>'}, sly.response());
      assertArrayEquals(
          new int[] {eos, bos, 'I', ' ', 'y', eos, eos, 'R', ' '}, acting.instruction());
      assertArrayEquals(new int[] {eos}, acting.context());
      assertArrayEquals(new int[] {bos}, acting.response());
    }
  }

  /* Seven tokens beside the context leave room for three of its five. */
  @Test
  void noMoreContextIsKeptThanThereIsRoomFor() throws Exception {
    PromptTemplate template = new PromptTemplate("C", "I", "R");
    try (Tokenizer tokenizer = Tokenizer.open(TinyCheckpoint.tied().write(directory))) {
      ScoringConfig ten = new ScoringConfig(template, 10, 4, 100);
      TokenizedSample fitted = TokenizedSample.of(tokenizer, ten, "abcde", "yy", "z");
      assertArrayEquals(new int[] {'c', 'd', 'e'}, fitted.context());
      assertTrue(fitted.truncated());
      assertEquals(10, fitted.tokens());
      assertEquals(
          fitted.sequence().length,
          TokenizedSample.of(tokenizer, template, "abcde", "yy", "z").truncatedTo(10).tokens());

      ScoringConfig seven = new ScoringConfig(template, 7, 4, 100);
      TokenizedSample tooLong = TokenizedSample.of(tokenizer, seven, "abcde", "yy", "z");
      assertFalse(tooLong.fits(7));
      assertEquals(7, tooLong.tokens());
      assertTrue(tooLong.truncated());
      TokenizedSample muchTooLong =
          TokenizedSample.of(tokenizer, seven, "a", "y", "z".repeat(100_000));
      assertFalse(muchTooLong.fits(7));
      assertEquals(7, muchTooLong.response().length);
    }
  }
}
