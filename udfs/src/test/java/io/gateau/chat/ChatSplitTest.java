package io.gateau.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Worked by hand from docs/method.md, "A sample". In the tables {@code _} is a line feed and {@code
 * |} the quote.
 */
class ChatSplitTest {

  private static Turn user(String text) {
    return new Turn(Turn.Role.USER, text);
  }

  private static Turn assistant(String text) {
    return new Turn(Turn.Role.ASSISTANT, text);
  }

  private static Turn system(String text) {
    return new Turn(Turn.Role.SYSTEM, text);
  }

  private static SampleText split(InstructionAt at, Turn... turns) {
    return assertInstanceOf(ChatSplit.Split.class, new ChatSplit(at).split(List.of(turns))).text();
  }

  private static ChatFault refused(Turn... turns) {
    return assertInstanceOf(
            ChatSplit.Refused.class, new ChatSplit(InstructionAt.LAST).split(List.of(turns)))
        .fault();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        // user turn, context, instruction
        "doc__ask,doc,ask",
        "a__b__c,a__b,c",
        "doc___ask,doc_,ask", // three line feeds: the last two are the separator
        "doc____ask,doc__,ask",
        " doc __ ask , doc , ask ", // nothing is trimmed
        "doc_ __ask,doc_ ,ask",
        "ask,||,ask", // no blank line: all instruction
        "doc_ask,||,doc_ask", // one line feed is no blank line
        "__ask,||,ask",
        "doc__ask__,doc__ask,||", // the turn ends in a blank line
      })
  void lastParagraphIsTheInstruction(String turn, String context, String instruction) {
    SampleText text =
        split(InstructionAt.LAST, user(turn.replace('_', '\n')), assistant(" answer\n\n"));

    assertEquals(context.replace('_', '\n'), text.context());
    assertEquals(instruction.replace('_', '\n'), text.instruction());
    assertEquals(" answer\n\n", text.response());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "ask__doc,doc,ask",
        "a__b__c,b__c,a",
        "ask___doc,_doc,ask",
        "ask,||,ask",
        "ask__,||,ask",
        "__doc,doc,||",
      })
  void firstParagraphIsTheInstructionWhenAskedFor(String turn, String context, String instruction) {
    SampleText text = split(InstructionAt.FIRST, user(turn.replace('_', '\n')), assistant("a"));

    assertEquals(context.replace('_', '\n'), text.context());
    assertEquals(instruction.replace('_', '\n'), text.instruction());
  }

  @Test
  void earlierTurnsStandInFrontOfTheContextJoinedByABlankLine() {
    SampleText text =
        split(
            InstructionAt.LAST,
            system("be kind"),
            user("one__x"),
            assistant("two"),
            user("doc\n\nask"),
            assistant("answer"));

    assertEquals("be kind\n\none__x\n\ntwo\n\ndoc", text.context());
    assertEquals("ask", text.instruction());
    assertEquals("answer", text.response());
  }

  @Test
  void firstParagraphStillPutsEarlierTurnsInFront() {
    SampleText text =
        split(InstructionAt.FIRST, system("be kind"), user("ask\n\ndoc"), assistant("answer"));

    assertEquals("be kind\n\ndoc", text.context());
    assertEquals("ask", text.instruction());
  }

  @Test
  void withoutABlankLineTheContextIsWhatCameBefore() {
    SampleText text =
        split(
            InstructionAt.LAST,
            user("doc"),
            assistant("read it"),
            user("ask\nme"),
            assistant("answer"));

    assertEquals("doc\n\nread it", text.context());
    assertEquals("ask\nme", text.instruction());
  }

  @Test
  void anEmptyTurnOrRestAddsNoSeparator() {
    assertEquals(
        "doc", split(InstructionAt.LAST, system(""), user("doc\n\nask"), assistant("a")).context());
    assertEquals(
        "be kind",
        split(InstructionAt.LAST, system("be kind"), user("\n\nask"), assistant("a")).context());
    assertEquals("", split(InstructionAt.LAST, system(""), user("ask"), assistant("a")).context());
  }

  @Test
  void whatFollowsTheLastAssistantTurnIsNotUsed() {
    SampleText text =
        split(InstructionAt.LAST, user("doc\n\nask"), assistant("answer"), user("thanks"));

    assertEquals(new SampleText("doc", "ask", "answer"), text);
  }

  @Test
  void windowsLineEndsAreNotTheSeparator() {
    assertEquals(
        "doc\r\n\r\nask",
        split(InstructionAt.LAST, user("doc\r\n\r\nask"), assistant("a")).instruction());
  }

  @Test
  void aChatWithoutAssistantIsRefused() {
    assertEquals(
        new ChatFault(
            ChatFault.Reason.NO_ASSISTANT_TURN,
            "none of the 2 turns is an assistant's, so there is no response"),
        refused(system("s"), user("u")));
    assertEquals(ChatFault.Reason.NO_ASSISTANT_TURN, refused().reason());
  }

  @Test
  void anAnswerWithoutAQuestionRightBeforeItIsRefused() {
    assertEquals(
        new ChatFault(
            ChatFault.Reason.NO_USER_TURN,
            "the last assistant turn is the first turn; a user turn must stand before it"),
        refused(assistant("a"), user("u")));
    assertEquals(
        new ChatFault(
            ChatFault.Reason.NO_USER_TURN,
            "turn 2, right before the last assistant turn, is not a user's (its role is ASSISTANT)"),
        refused(user("u"), assistant("a"), assistant("b")));
  }
}
