package io.gateau.planted.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextCutsTest {
  private static List<String> sentences(String paragraph) {
    return TextCuts.sentences(paragraph).stream().map(span -> span.of(paragraph)).toList();
  }

  @Test
  void aSentenceEndsAtAStopBeforeACapitalADigitOrALineBreak() {
    assertEquals(
        List.of("The mill burnt down.", "(\"Twice!\")", "3 men rebuilt it?", "Nobody knows why"),
        sentences("The mill burnt down. (\"Twice!\") 3 men rebuilt it? Nobody knows why"));
    assertEquals(
        List.of("a list", "of two lines"),
        sentences("a list\n of two lines "),
        "a line is a sentence of its own, without the space around it");
    assertEquals(List.of("水は青い。", "空も。"), sentences("水は青い。空も。"), "no space is needed there");
    assertEquals(List.of("नदी नीली है।", "जल भी।"), sentences("नदी नीली है। जल भी।"));
    assertEquals(List.of("هل النهر أزرق؟", "نعم."), sentences("هل النهر أزرق؟ نعم."));
  }

  @Test
  void aStopInsideASentenceDoesNotEndIt() {
    for (String whole :
        List.of(
            "Dr. Ruth Hale paid 3.50 for it.",
            "J. R. Moss lived in St. Ives.",
            "The U.S. Army left.",
            "It ends here... and goes on.",
            "Wait! said the miller.")) {
      assertEquals(List.of(whole), sentences(whole));
    }
  }

  @Test
  void paragraphsAreWhatBlankLinesDivide() {
    assertEquals(
        List.of("one\nline two", "three", "four"),
        TextCuts.paragraphs("\n one\nline two\n \t\nthree\r\n\r\n\r\nfour\n\n"));
    assertEquals(
        List.of("one\r\nline two", "three"),
        TextCuts.paragraphs("one\r\nline two\r\n\r\nthree\r\n"),
        "CR LF is one line break");
    assertEquals(List.of(), TextCuts.paragraphs(" \n\n "));
    assertEquals("a\nb", TextCuts.oneParagraph(" a\n\n\nb "), "a question is one paragraph");
  }

  @Test
  void aLongParagraphIsCutBetweenSentencesAndNothingIsLost() {
    String text = "The ferry left the quay at nine. ".repeat(200).strip();
    List<String> pieces = TextCuts.paragraphs(text);

    assertEquals(text, String.join(" ", pieces));
    assertTrue(pieces.size() > 3, "6,600 characters are several paragraphs: " + pieces.size());
    for (String piece : pieces) {
      assertTrue(piece.length() <= TextCuts.LONGEST_PARAGRAPH, "too long: " + piece.length());
      assertTrue(piece.endsWith("nine."), "cut inside a sentence: " + piece);
    }
    String unbroken = "x".repeat(3_000);
    assertEquals(List.of(unbroken), TextCuts.paragraphs(unbroken), "one sentence stays whole");
  }
}
