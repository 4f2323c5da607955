package io.gateau.planted.real;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CorpusTest {
  private static final String MILL_END =
      """
      A second wheel came later. The miller was Tam Reid.

      It ground barley too.
      """;
  private static final String MILL =
      "The mill at Orrin was built in 1742. It ground oats.\n\n" + MILL_END;
  private static final String FERRY = "The ferry holds nine carts.\n\nIt was painted green.";

  private static Corpus corpus(SourceRecord... records) {
    Corpus.Builder builder = new Corpus.Builder();
    for (SourceRecord record : records) {
      builder.add(record);
    }
    return builder.build();
  }

  private static SourceRecord record(String id, String context, String question, String answer) {
    return new SourceRecord(id, Optional.empty(), context, question, answer);
  }

  @Test
  void recordsShareADocumentWhoseParagraphsHoldTheirs() {
    Corpus corpus =
        corpus(
            record("a", MILL_END, "Who was the miller?", "Tam Reid"),
            record("b", FERRY, "How was it painted?", "green"),
            record("c", MILL, "When was it built?", " 1742 "));

    assertEquals(2, corpus.documents().size(), "the end of the mill is in the mill");
    assertEquals(3, corpus.questions().size());
    DocumentQuestion first = corpus.questions().get(0);
    DocumentQuestion last = corpus.questions().get(2);
    assertEquals("a", first.id(), "in the order of the records");
    assertEquals(first.document(), last.document());
    assertEquals(1, first.paragraph());
    assertEquals("1742", last.response(), "without space around it");
    assertEquals(
        "The miller was Tam Reid.",
        first
            .evidence()
            .of(corpus.documents().get(first.document()).get(first.paragraph()).text()));
  }

  @Test
  void whatCannotBeUsedIsCountedByReason() {
    Corpus corpus =
        corpus(
            record("a", MILL, "What did it do?", "ground"),
            record("b", MILL, "What did it do at all?", "nothing"),
            record("c", MILL, "Did it grind oats?", "oats"),
            record("d", MILL, "How many wheels?", "later. The miller"),
            record("e", MILL, "What\n\ndid it grind\nfirst?", "oats"),
            record("f", MILL, "What\ndid it GRIND\nfirst?", "Oats"),
            record("g", MILL_END, "Who was the miller?", "Tam Reid"),
            record("h", MILL, "Who was the miller?", "Tam Reid"));

    assertEquals(8, corpus.records());
    assertEquals(
        Map.of(
            PassedOver.IN_SEVERAL_SENTENCES, 1,
            PassedOver.NOT_IN_DOCUMENT, 2,
            PassedOver.IN_QUESTION, 1,
            PassedOver.REPEATED, 2),
        corpus.passedOver());
    assertEquals(List.of("e", "g"), corpus.questions().stream().map(DocumentQuestion::id).toList());
    assertEquals(
        "What\ndid it grind\nfirst?",
        corpus.questions().get(0).instruction(),
        "a blank line in it would end the context of a chat");
  }
}
