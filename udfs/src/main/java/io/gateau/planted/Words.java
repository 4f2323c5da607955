package io.gateau.planted;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Joins words to text, and splits text into words as the tokenizer does. */
final class Words {
  private static final Pattern WORD = Pattern.compile("\\w+|[^\\w\\s]+");
  private static final Pattern CLOSING = Pattern.compile("[.,?:]");
  private static final int SENTENCES_PER_PARAGRAPH = 6;

  private Words() {}

  /** Joins words with blanks, none before a closing sign. */
  static String text(List<String> words) {
    StringBuilder text = new StringBuilder();
    for (String word : words) {
      if (text.length() > 0 && !CLOSING.matcher(word).matches()) {
        text.append(' ');
      }
      text.append(word);
    }
    return text.toString();
  }

  /** Joins sentences to paragraphs, with an empty line between them. */
  static String paragraphs(List<List<String>> sentences) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < sentences.size(); i++) {
      if (i > 0) {
        text.append(i % SENTENCES_PER_PARAGRAPH == 0 ? "\n\n" : " ");
      }
      text.append(text(sentences.get(i)));
    }
    return text.toString();
  }

  /**
   * The words of a text, as the Whitespace pre-tokenizer of the tokenizers library splits it: runs
   * of letters and digits, and runs of other signs.
   */
  static List<String> of(String text) {
    return WORD.matcher(text).results().map(MatchResult::group).toList();
  }
}
