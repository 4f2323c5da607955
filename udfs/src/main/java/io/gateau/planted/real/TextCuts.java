package io.gateau.planted.real;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Cuts documents into paragraphs and paragraphs into sentences, on every machine alike. A cut that
 * a reader would make elsewhere costs nothing but the length of the evidence.
 */
final class TextCuts {
  /** A paragraph of more characters is cut into several, between sentences. */
  static final int LONGEST_PARAGRAPH = 2_000;

  /** The groups are atomic: CR LF is one line break, and never two. */
  private static final Pattern BLANK_LINE = Pattern.compile("(?>\\R)[^\\S\\r\\n]*(?>\\R)\\s*");

  private static final String ENDS = ".!?";

  /**
   * Signs that end a sentence whatever follows: full-width ones, the danda, and those of Arabic.
   */
  private static final String SURE_ENDS = "。！？।॥؟۔";

  private static final String CLOSING = "\"')]”’»";
  private static final Set<String> ABBREVIATIONS =
      Set.of(
          "mr", "mrs", "ms", "dr", "prof", "st", "no", "vs", "vol", "fig", "gen", "col", "lt",
          "capt", "sgt", "rev", "hon", "jr", "sr", "inc", "co", "corp", "ltd", "approx", "ca", "cf",
          "etc", "mt", "ft", "jan", "feb", "aug", "sept", "oct", "nov", "dec", "art", "pp");

  private TextCuts() {}

  /** The paragraphs of a document, none of them blank or with a blank line in it. */
  static List<String> paragraphs(String document) {
    List<String> paragraphs = new ArrayList<>();
    for (String paragraph : BLANK_LINE.splitAsStream(document.strip()).toList()) {
      String text = paragraph.strip();
      if (text.length() > LONGEST_PARAGRAPH) {
        addPieces(text, paragraphs);
      } else if (!text.isEmpty()) {
        paragraphs.add(text);
      }
    }
    return paragraphs;
  }

  /** A text as one paragraph: its blank lines become line breaks. */
  static String oneParagraph(String text) {
    return BLANK_LINE.splitAsStream(text.strip()).collect(Collectors.joining("\n"));
  }

  private static void addPieces(String text, List<String> paragraphs) {
    int start = 0;
    int end = 0;
    for (Span sentence : sentences(text)) {
      if (end > start && sentence.end() - start > LONGEST_PARAGRAPH) {
        paragraphs.add(text.substring(start, end));
        start = sentence.start();
      }
      end = sentence.end();
    }
    paragraphs.add(text.substring(start, end));
  }

  /** The sentences of a paragraph, without the white space between them. A line ends a sentence. */
  static List<Span> sentences(String paragraph) {
    List<Span> sentences = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < paragraph.length(); i++) {
      int end = sentenceEnd(paragraph, i);
      if (end > 0) {
        add(paragraph, start, end, sentences);
        start = end;
        i = end - 1;
      }
    }
    add(paragraph, start, paragraph.length(), sentences);
    return sentences;
  }

  /** Where a sentence ends whose last sign stands at this place; 0 if none does. */
  private static int sentenceEnd(String text, int at) {
    char sign = text.charAt(at);
    if (sign == '\n') {
      return at + 1;
    }
    boolean sure = SURE_ENDS.indexOf(sign) >= 0;
    if (!sure && ENDS.indexOf(sign) < 0) {
      return 0;
    }
    int end = at + 1;
    while (end < text.length() && CLOSING.indexOf(text.charAt(end)) >= 0) {
      end++;
    }
    int next = end;
    while (next < text.length() && Character.isWhitespace(text.charAt(next))) {
      next++;
    }
    if (sure || next == text.length()) {
      return end;
    }
    boolean begins = next > end && !Character.isLowerCase(text.codePointAt(next));
    return begins && !(sign == '.' && isAbbreviation(text, at)) ? end : 0;
  }

  /** Whether the word before a full stop is short for another: one letter, or one of a list. */
  private static boolean isAbbreviation(String text, int stop) {
    int start = stop;
    while (start > 0
        && (Character.isLetter(text.charAt(start - 1)) || text.charAt(start - 1) == '.')) {
      start--;
    }
    String word = text.substring(start, stop);
    return (word.length() == 1 && Character.isUpperCase(word.charAt(0)))
        || word.indexOf('.') > 0
        || ABBREVIATIONS.contains(Answers.folded(word));
  }

  private static void add(String text, int from, int to, List<Span> sentences) {
    int start = from;
    int end = to;
    while (start < end && Character.isWhitespace(text.charAt(start))) {
      start++;
    }
    while (end > start && Character.isWhitespace(text.charAt(end - 1))) {
      end--;
    }
    if (end > start) {
      sentences.add(new Span(start, end));
    }
  }
}
