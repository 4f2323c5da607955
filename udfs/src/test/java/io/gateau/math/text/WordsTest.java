package io.gateau.math.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WordsTest {
  private static List<String> words(String text) {
    Words words = Words.of(text);
    return IntStream.range(0, words.count()).mapToObj(i -> words.text(i, 1)).toList();
  }

  /*
   * Letters and digits are words, and what stands between them separates them:
   *   "Don't stop: 3.5 km!"   Don, t, stop, 3, 5, km
   * A character of Chinese is a word, a word of letters beside it another:
   *   "我用GPT4写"             我, 用, GPT4, 写
   * A mark belongs to the letter before it, whatever the script: e and U+0301 is one letter in NFKC;
   * Thai "น้ำ" is one letter with a tone mark, and U+0E33 becomes a mark and a letter.
   */
  @Test
  void wordsAreRunsOfLettersAndDigitsAndCharactersOfScriptsWithoutSpaces() {
    assertEquals(List.of("Don", "t", "stop", "3", "5", "km"), words("Don't stop: 3.5 km!"));
    assertEquals(List.of("我", "用", "GPT4", "写"), words("我用GPT4写"));
    assertEquals(List.of("caf\u00e9", "x"), words("cafe\u0301 x"));
    assertEquals(List.of("\u0e19\u0e49\u0e4d", "\u0e32"), words("\u0e19\u0e49\u0e33"));
    assertEquals(List.of(), words(" \n?! \u2014"));
    assertEquals(List.of(), words(""));
  }

  @Test
  void caseWidthAndPunctuationDoNotCountAndOrderDoes() {
    long hash = Words.of("the QUICK, brown fox").hash(0, 4);

    assertEquals(hash, Words.of("The quick\n(brown) FOX").hash(0, 4), "case and punctuation");
    assertEquals(hash, Words.of("\uff34\uff28\uff25 quick brown fox").hash(0, 4), "full width");
    assertNotEquals(hash, Words.of("quick the brown fox").hash(0, 4), "order");
    assertNotEquals(hash, Words.of("the quickbrown fox x").hash(0, 4), "where words end");
  }

  @Test
  void aRunOfWordsHasOneHashWhereverItStandsAndKeepsItsOwnText() {
    Words words = Words.of("a b -- c, d");

    assertEquals(words.hash(1, 2), Words.of("b c").hash(0, 2));
    assertEquals("b -- c", words.text(1, 2));
  }

  @Test
  void textsOfManyWordsAreCutToTheEnd() {
    assertEquals(100_000, Words.of("word ".repeat(100_000)).count());
  }
}
