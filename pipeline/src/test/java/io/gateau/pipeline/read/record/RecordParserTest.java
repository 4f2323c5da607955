package io.gateau.pipeline.read.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.chat.InstructionAt;
import io.gateau.chat.SampleText;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordParserTest {

  private static final SampleText GOOD = new SampleText("doc", "ask", "answer");

  private static ParsedRecord parse(String json) {
    return new RecordParser(InstructionAt.LAST).parse(json);
  }

  /** Parses JSON written with single quotes. */
  private static ParsedRecord quoted(String json) {
    return parse(json.replace('\'', '"'));
  }

  private static void assertGood(SampleText expected, ParsedRecord record) {
    assertEquals(Optional.empty(), record.rejection());
    assertEquals(Optional.of(expected.context()), record.context());
    assertEquals(Optional.of(expected.instruction()), record.instruction());
    assertEquals(Optional.of(expected.response()), record.response());
  }

  private static void assertRejected(RejectionReason reason, String detail, ParsedRecord record) {
    assertEquals(Optional.of(new Rejection(reason, detail)), record.rejection());
  }

  @Test
  void openAiMessagesAreRead() {
    ParsedRecord record =
        quoted(
            "{'id':'x','source':'qa','length':9,'messages':[{'role':'user','content':'doc\\n\\nask'},{'role':'assistant','content':'answer'}]}");

    assertGood(GOOD, record);
    assertEquals(Optional.of("x"), record.id());
    assertEquals(Optional.of("qa"), record.source());
  }

  @Test
  void textPartsFollowEachOtherWithNothingBetween() {
    assertGood(
        GOOD,
        quoted(
            "{'messages':[{'role':'user','content':[{'type':'text','text':'doc\\n'},{'type':'text','text':'\\nask'}]},{'role':'assistant','content':[{'type':'text','text':'answer'}]}]}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt", "assistant", "chatgpt", "bard", "bing"})
  void shareGptConversationsAreReadWithEveryNameOfTheAssistant(String assistant) {
    assertGood(
        new SampleText("kind\n\ndoc", "ask", "answer"),
        quoted(
            "{'conversations':[{'from':'system','value':'kind'},{'from':'human','value':'doc\\n\\nask'},{'from':'"
                + assistant
                + "','value':'answer'}]}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'prompt':'doc\\n\\nask','completion':'answer'}",
        "{'prompt':[{'role':'user','content':'doc\\n\\nask'}],'completion':[{'role':'assistant','content':'answer'}]}",
        "{'prompt':[{'role':'user','content':'doc\\n\\nask'}],'completion':'answer','context':'other'}",
        "{'context':'doc','instruction':'ask','response':'answer','prompt':'other','completion':7}"
      })
  void promptAndCompletionAreAChatInTwoFields(String json) {
    assertGood(GOOD, quoted(json));
  }

  @Test
  void aCompletionThatIsNoTextIsNamed() {
    assertRejected(
        RejectionReason.WRONG_TYPE,
        "completion is a number, not a string",
        quoted("{'prompt':'doc','completion':7}"));
    assertRejected(
        RejectionReason.MISSING_FIELD,
        "completion[0].role is missing",
        quoted("{'prompt':'doc','completion':[{'content':'answer'}]}"));
  }

  @Test
  void explicitColumnsAreReadUntrimmed() {
    assertGood(
        new SampleText(" doc\n", "ask\n\nme", " answer "),
        quoted("{'context':' doc\\n','instruction':'ask\\n\\nme','response':' answer '}"));
  }

  @Test
  void alpacaInputIsTheContext() {
    assertGood(GOOD, quoted("{'instruction':'ask','input':'doc','output':'answer'}"));
  }

  @Test
  void theShapeWithMoreOfItsFieldsIsTakenAndNullCountsAsMissing() {
    assertGood(
        GOOD,
        quoted(
            "{'context':null,'messages':null,'instruction':'ask','input':'doc','output':'answer'}"));
    assertGood(
        GOOD,
        quoted(
            "{'context':'doc','instruction':'ask','response':'answer','input':'x','output':null}"));
  }

  @Test
  void firstParagraphIsTakenWhenConfigured() {
    ParsedRecord record =
        new RecordParser(InstructionAt.FIRST)
            .parse(
                "{\"messages\":[{\"role\":\"user\",\"content\":\"ask\\n\\ndoc\"},{\"role\":\"assistant\",\"content\":\"answer\"}]}");

    assertGood(GOOD, record);
  }

  @Test
  void anIntegerIdIsItsDecimalString() {
    assertEquals(Optional.of("7"), quoted("{'id':7}").id());
    assertEquals(
        Optional.of("-123456789012345678901234567890"),
        quoted("{'id':-123456789012345678901234567890}").id());
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{'id':null}", "{'id':''}"})
  void aMissingNullOrEmptyIdIsNoId(String json) {
    assertEquals(Optional.empty(), quoted(json).id());
  }

  @ParameterizedTest
  @CsvSource({"1.0,a number", "true,a boolean", "[],an array", "{},an object"})
  void anIdOfAnyOtherTypeIsRejectedWithTheTextsKept(String id, String type) {
    ParsedRecord record =
        quoted("{'id':" + id + ",'context':'doc','instruction':'ask','response':'answer'}");

    assertRejected(
        RejectionReason.WRONG_TYPE,
        "id is " + type + "; only a string or an integer can be an id",
        record);
    assertEquals(Optional.empty(), record.id());
    assertEquals(Optional.of("doc"), record.context());
  }

  @Test
  void sourceFallsBackToDatasetAndIgnoresOtherTypes() {
    assertEquals(Optional.of("b"), quoted("{'source':1,'dataset':'b'}").source());
    assertEquals(Optional.of("a"), quoted("{'source':'a','dataset':'b'}").source());
    assertEquals(Optional.empty(), quoted("{'source':1}").source());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{'id':'x'",
        "{'id':'x'} {'id':'y'}",
        "{'id':'x'}]",
        "{'id':'x','id':'y'}",
        "{'a':{'b':1,'b':2}}",
        "{'id':NaN}",
        "{'id':Infinity}",
        "{id:1}",
        "{'id':1,}",
        "{'id':tru}",
        "{'id':'a\tb'}",
        "# comment",
      })
  void anythingButOneStrictJsonValueIsBroken(String json) {
    ParsedRecord record = quoted(json);

    assertEquals(
        Optional.of(RejectionReason.BROKEN_JSON), record.rejection().map(Rejection::reason), json);
    String detail = record.rejection().orElseThrow().detail();
    assertTrue(detail.matches("not valid JSON at character \\d+: .+"), detail);
  }

  @Test
  void anIdThatIsNoFiniteNumberIsNoId() {
    String rest = ",'context':'doc','instruction':'ask','response':'answer'}";

    assertRejected(
        RejectionReason.WRONG_TYPE,
        "id is Infinity; only a string or an integer can be an id",
        quoted("{'id':1e999" + rest));
    for (String name : new String[] {"NaN", "Infinity", "-Infinity"}) {
      assertEquals(
          RejectionReason.BROKEN_JSON,
          quoted("{'id':" + name + rest).rejection().orElseThrow().reason());
    }
  }

  @Test
  void theDetailOfBrokenJsonSaysWhere() {
    String detail = quoted("{'id':'x','id':'y'}").rejection().orElseThrow().detail();

    assertEquals("not valid JSON at character 15: Duplicate field 'id'", detail);
  }

  @Test
  void nestingBeyondTheLimitIsBrokenAndDoesNotOverflowTheStack() {
    String detail = parse("[".repeat(1_000_000)).rejection().orElseThrow().detail();

    assertEquals(
        "not valid JSON: Document nesting depth (101) exceeds the maximum allowed (100)", detail);
  }

  @ParameterizedTest
  @CsvSource({
    "1,'a number, not an object'",
    "\"x\",'a string, not an object'",
    "null,'null, not an object'",
    "[{}],'an array, not an object; arrays of records are read only at the beginning of a file named .json'",
  })
  void aRecordThatIsNoObjectIsOfTheWrongType(String json, String detail) {
    assertRejected(RejectionReason.WRONG_TYPE, "the record is " + detail, parse(json));
  }

  @Test
  void aMissingFieldIsNamedAndTheRestIsKept() {
    ParsedRecord record = quoted("{'id':'x','context':'doc','instruction':'ask'}");

    assertRejected(RejectionReason.MISSING_FIELD, "response is missing", record);
    assertEquals(Optional.of("x"), record.id());
    assertEquals(Optional.of("doc"), record.context());
    assertEquals(Optional.of("ask"), record.instruction());
    assertEquals(Optional.empty(), record.response());
    assertRejected(
        RejectionReason.MISSING_FIELD,
        "input is missing",
        quoted("{'instruction':'ask','output':'answer'}"));
    assertRejected(
        RejectionReason.MISSING_FIELD,
        "messages[0].content is null",
        quoted("{'messages':[{'role':'user','content':null}]}"));
    assertRejected(
        RejectionReason.MISSING_FIELD,
        "conversations[0].from is missing",
        quoted("{'conversations':[{'role':'user','value':'x'}]}"));
  }

  @Test
  void aRecordOfNoKnownShapeSaysWhatItHas() {
    String expected =
        "no known shape: expected messages, or conversations, or prompt + completion, or context + instruction + response, or instruction + input + output; found ";

    assertRejected(
        RejectionReason.MISSING_FIELD, expected + "prompt, text", quoted("{'text':1,'prompt':2}"));
    assertRejected(RejectionReason.MISSING_FIELD, expected + "no field", quoted("{}"));
  }

  @Test
  void aFieldOfTheWrongTypeIsNamedWithTheTypeFound() {
    assertRejected(
        RejectionReason.WRONG_TYPE,
        "response is a number, not a string",
        quoted("{'context':'doc','instruction':'ask','response':1}"));
    assertRejected(
        RejectionReason.WRONG_TYPE,
        "messages is a string, not an array of turns",
        quoted("{'messages':'x'}"));
    assertRejected(
        RejectionReason.WRONG_TYPE,
        "messages[0] is a string, not an object",
        quoted("{'messages':['x']}"));
    assertRejected(
        RejectionReason.WRONG_TYPE,
        "messages[0].content is a number, not a string",
        quoted("{'messages':[{'role':'user','content':1}]}"));
    assertRejected(
        RejectionReason.WRONG_TYPE,
        "messages[0].content[1] is not a text part {\"type\": \"text\", \"text\": ...}; only text can be read",
        quoted(
            "{'messages':[{'role':'user','content':[{'type':'text','text':'x'},{'type':'image_url','image_url':{}}]}]}"));
  }

  @Test
  void anUnknownRoleIsNamedWithTheKnownOnes() {
    assertRejected(
        RejectionReason.UNKNOWN_ROLE,
        "messages[0].role is 'asistant'; known are assistant, bard, bing, chatgpt, developer, function, gpt, human, system, tool, user",
        quoted("{'messages':[{'role':'asistant','content':'x'}]}"));
  }

  @Test
  void aChatWithoutAssistantIsRejectedWithItsId() {
    ParsedRecord record = quoted("{'id':'x','messages':[{'role':'user','content':'ask'}]}");

    assertRejected(
        RejectionReason.NO_ASSISTANT_TURN,
        "none of the 1 turns is an assistant's, so there is no response",
        record);
    assertEquals(Optional.of("x"), record.id());
  }

  @Test
  void emptyPartsAreRejectedAndWhiteSpaceIsAContextButNoResponse() {
    String detail = "the context is empty: nothing stands beside the instruction";
    assertRejected(
        RejectionReason.NO_CONTEXT,
        detail,
        quoted(
            "{'messages':[{'role':'user','content':'ask'},{'role':'assistant','content':'answer'}]}"));
    assertRejected(
        RejectionReason.NO_CONTEXT,
        detail,
        quoted("{'instruction':'ask','input':'','output':'answer'}"));
    assertRejected(
        RejectionReason.EMPTY_RESPONSE,
        "the response is empty or white space",
        quoted("{'instruction':'ask','input':'doc','output':' \\n\\t '}"));
    assertEquals(
        Optional.of(RejectionReason.EMPTY_INSTRUCTION),
        quoted(
                "{'messages':[{'role':'user','content':'doc\\n\\n'},{'role':'assistant','content':'answer'}]}")
            .rejection()
            .map(Rejection::reason));
    assertGood(
        new SampleText(" ", "ask", "answer"),
        quoted("{'instruction':'ask','input':' ','output':'answer'}"));
  }

  @Test
  void halfASurrogatePairIsRejectedAndAWholeOneIsNot() {
    assertRejected(
        RejectionReason.INVALID_UTF8,
        "context holds half of a surrogate pair (\\ud83c) at character 2",
        quoted("{'context':'x\\ud83c!','instruction':'ask','response':'answer'}"));
    assertGood(
        new SampleText("\uD83C\uDF70", "ask", "answer"),
        quoted("{'context':'\\ud83c\\udf70','instruction':'ask','response':'answer'}"));
  }
}
