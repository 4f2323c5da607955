package io.gateau.planted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingTextsTest {
  private static final Pattern SENTENCE_END = Pattern.compile("(?<=\\.) ");
  private static final TrainingTextConfig RECALL =
      new TrainingTextConfig(new IntRange(2, 12), new IntRange(1, 2), 0.3, 0, 0, 0, 60);

  @ParameterizedTest
  @ValueSource(ints = {134, 200, 257, 1024, 4096})
  void aTextHasExactlyAsManyWordsAsWanted(int words) {
    TrainingTexts texts = new TrainingTexts(3, TrainingTextConfig.DEFAULT);
    for (int i = 0; i < 20; i++) {
      TrainingText text = texts.next(words);
      assertEquals(words, text.words().size());
      assertTrue(text.answers().cardinality() >= 8, "answers " + text.answers());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {150, 256, 1024})
  void whatIsAskedForStandsInTheDocument(int words) {
    TrainingTexts texts = new TrainingTexts(4, RECALL);
    for (int i = 0; i < 50; i++) {
      TrainingText text = texts.next(words);
      int document = text.words().subList(3, words).indexOf("###") + 3;
      String told = Words.text(text.words().subList(3, document));
      BitSet answers = text.answers();
      for (int from = answers.nextSetBit(0); from >= 0; ) {
        int to = answers.nextClearBit(from);
        SENTENCE_END
            .splitAsStream(Words.text(text.words().subList(from, to)))
            .forEach(fact -> assertTrue(told.contains(fact), fact + " is not in: " + told));
        from = answers.nextSetBit(to);
      }
    }
  }

  @Test
  void valuesAreTheWordsThatTheQuestionDoesNotGive() {
    TrainingText text =
        new TrainingTexts(
                5, new TrainingTextConfig(new IntRange(3, 3), new IntRange(1, 1), 0, 0, 0, 0, 60))
            .next(400);

    BitSet values = text.values();
    assertEquals(3 * Fact.VALUE_WORDS, values.cardinality());
    assertEquals(3 * Fact.SENTENCE_WORDS, text.answers().cardinality());
    values.stream()
        .forEach(
            at -> {
              String word = text.words().get(at);
              assertTrue(Lexicon.NUMBERS.contains(word) || Lexicon.NOUNS.contains(word), word);
            });
    int first = values.nextSetBit(0);
    assertEquals("is", text.words().get(first - 1));
    assertEquals(".", text.words().get(values.nextClearBit(first)));
  }

  @Test
  void theSameSeedGivesTheSameTexts() {
    TrainingTexts one = new TrainingTexts(6, TrainingTextConfig.DEFAULT);
    TrainingTexts two = new TrainingTexts(6, TrainingTextConfig.DEFAULT);
    TrainingText first = one.next(300);

    assertEquals(first, two.next(300));
    assertEquals(one.next(300), two.next(300));
    assertTrue(!first.equals(one.next(300)), "the third repeats the first");
  }

  @Test
  void worldFactsComeInTheSharesWanted() {
    TrainingTexts texts =
        new TrainingTexts(
            7, new TrainingTextConfig(new IntRange(4, 4), new IntRange(1, 1), 0, 0.5, 0, 0, 80));
    int world = 0;
    for (int i = 0; i < 200; i++) {
      List<String> words = texts.next(512).words();
      world += (int) words.stream().filter(Lexicon.COUNTRIES::contains).count() / 2;
    }
    // 800 questions, half of them about a country, named in question and answer.
    assertEquals(400, world, 60);
  }

  @Test
  void aTextThatIsTooShortIsRefused() {
    TrainingTexts texts = new TrainingTexts(7, RECALL);
    var thrown = assertThrows(IllegalArgumentException.class, () -> texts.next(149));

    assertEquals("a text of 149 words; such questions need 150 or more", thrown.getMessage());
  }

  @Test
  void marksBeyondTheTextAreRefused() {
    BitSet answers = new BitSet();
    answers.set(2);
    var thrown =
        assertThrows(
            IllegalArgumentException.class,
            () -> new TrainingText(List.of("a", "b"), answers, new BitSet()));

    assertEquals(
        "answers end at word 3 of 2, and values outside of them are {}", thrown.getMessage());
  }
}
