package io.gateau.planted.real;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswersTest {
  @ParameterizedTest
  @CsvSource({
    "the red mill, red, true",
    "the Red mill, rEd, true",
    "redder than red., red, true",
    "redder, red, false",
    "hundred, red, false",
    "in 1999-2000, 1999, true",
    "in 19990, 1999, false",
    "'(red)', red, true",
    "red, red, true",
    "红色的磨坊, 磨坊, true",
    "café au lait, caf, false",
    "a $5 note, $5, true",
    "हिन्दी, हिन, false",
    "हिन्दी में, हिन्दी, true",
    "cafe\u0301s, cafe, false",
    "น้ำใส, น, false",
    "น้ำใส, น้ำ, true",
  })
  void anAnswerIsFoundAsWholeWordsWhateverItsCase(String text, String answer, boolean found) {
    assertEquals(
        found,
        Answers.hold(Answers.folded(text), Answers.folded(answer)),
        () -> "'%s' in '%s'".formatted(answer, text));
  }
}
