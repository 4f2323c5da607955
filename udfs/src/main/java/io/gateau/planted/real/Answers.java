package io.gateau.planted.real;

import io.gateau.math.text.Words;
import java.util.Locale;

/**
 * Finds answers in texts: as whole words, whatever their case. A word ends where no letter, digit
 * or combining mark follows. Of scripts that are written without spaces any letter, with its marks,
 * is a word.
 */
final class Answers {
  private Answers() {}

  /** An answer as it is looked for. */
  static String folded(String answer) {
    return answer.toLowerCase(Locale.ROOT);
  }

  /** Whether a text holds an answer, both folded. */
  static boolean hold(String text, String answer) {
    for (int at = text.indexOf(answer); at >= 0; at = text.indexOf(answer, at + 1)) {
      if (isBoundary(text, at) && isBoundary(text, at + answer.length())) {
        return true;
      }
    }
    return false;
  }

  /** Whether a word may begin or end at this place of a text. */
  private static boolean isBoundary(String text, int at) {
    if (at == 0 || at == text.length()) {
      return true;
    }
    int behind = text.codePointAt(at);
    if (Words.isMark(behind)) {
      return false;
    }
    int letter = at;
    int before;
    do {
      before = text.codePointBefore(letter);
      letter -= Character.charCount(before);
    } while (letter > 0 && Words.isMark(before));
    return !Character.isLetterOrDigit(before)
        || !Character.isLetterOrDigit(behind)
        || Words.isAlone(before)
        || Words.isAlone(behind);
  }
}
