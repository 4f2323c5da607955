package io.gateau.planted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.score.PromptTemplate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VocabularyTest {
  private static final Set<String> WORDS = new HashSet<>(Vocabulary.words());

  private static void assertKnown(String text) {
    for (String word : Words.of(text)) {
      assertTrue(WORDS.contains(word), () -> "'" + word + "' is not in the vocabulary");
    }
  }

  @Test
  void everyWordThatOccursIsInIt() {
    PlantedConfig config =
        new PlantedConfig(
            PlantedConfig.DEFAULT.shares(),
            new IntRange(1024, 2048),
            PlantedConfig.DEFAULT.distance(),
            new IntRange(1, 2),
            0.5,
            30);
    new PlantedSamples(200, 4, config)
        .stream()
            .forEach(
                sample -> {
                  assertKnown(sample.context());
                  assertKnown(sample.instruction());
                  assertKnown(sample.response());
                });
    TrainingTexts texts = new TrainingTexts(4, TrainingTextConfig.DEFAULT);
    for (int i = 0; i < 50; i++) {
      texts.next(512).words().forEach(VocabularyTest::assertKnown);
    }
    assertKnown(PromptTemplate.GATEAU.prefix() + PromptTemplate.GATEAU.aroundInstruction("?"));
  }

  @Test
  void eachOfItsWordsIsOneTokenAndStandsOnce() {
    List<String> words = Vocabulary.words();

    words.forEach(word -> assertEquals(List.of(word), Words.of(word)));
    assertEquals(words.size(), WORDS.size());
    assertTrue(words.size() <= 1500, words.size() + " words");
    assertEquals(words, words.stream().sorted().toList());
  }

  @Test
  void textAndWordsTurnIntoEachOther() {
    List<String> words =
        List.of(
            "Remember",
            "this",
            ":",
            "The",
            "code",
            "of",
            "Alwick",
            "is",
            "42",
            ".",
            "What",
            "is",
            "it",
            ",",
            "then",
            "?");

    assertEquals("Remember this: The code of Alwick is 42. What is it, then?", Words.text(words));
    assertEquals(words, Words.of(Words.text(words)));
    assertEquals(List.of("###", "Input", ":", "a"), Words.of("### Input: \n\na"));
  }

  @Test
  void noNameIsAlsoAWordOfTheFiller() {
    Set<String> names = new HashSet<>(Lexicon.TOWNS);
    names.addAll(Lexicon.COUNTRIES);

    assertEquals(Lexicon.TOWNS.size() + Lexicon.COUNTRIES.size(), names.size());
    Filler filler = new Filler(Lexicon.TOPICS.get(0), Draws.member(1, 1));
    for (int i = 0; i < 2000; i++) {
      List<String> sentence = filler.sentence();
      assertTrue(sentence.size() <= Filler.LONGEST, sentence::toString);
      for (String word : sentence) {
        assertTrue(!names.contains(word) && !Lexicon.NOUNS.contains(word), word);
      }
    }
  }
}
