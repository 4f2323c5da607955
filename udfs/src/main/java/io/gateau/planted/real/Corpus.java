package io.gateau.planted.real;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Documents and the questions about them, held in memory. Records with the same context share a
 * document, also where the paragraphs of one context stand together in another.
 *
 * @param documents the paragraphs of each document
 * @param questions those whose answer stands in exactly one sentence, in the order of the records
 * @param records how many records there were
 * @param passedOver how many of them give no question, by reason
 */
public record Corpus(
    List<List<Paragraph>> documents,
    List<DocumentQuestion> questions,
    int records,
    Map<PassedOver, Integer> passedOver) {

  /** Most characters of different contexts, questions and answers that a corpus may have. */
  public static final long MOST_CHARACTERS = 200_000_000;

  /** Takes records one by one. */
  public static final class Builder {
    private final Map<String, Integer> contexts = new LinkedHashMap<>();
    private final List<Asked> asked = new ArrayList<>();
    private final Map<PassedOver, Integer> passedOver = new EnumMap<>(PassedOver.class);
    private long characters;

    /** A question before its document is known; the context is a number in {@link #contexts}. */
    private record Asked(
        String id, Optional<String> source, String instruction, String response, int context) {}

    /** What records have in common that ask the same; the texts are folded. */
    private record Said(int document, String instruction, String response) {
      static Said of(Asked one, int document) {
        return new Said(
            document, Answers.folded(one.instruction()), Answers.folded(one.response()));
      }
    }

    /**
     * Adds a record.
     *
     * @throws CorpusException if the corpus has more than {@link #MOST_CHARACTERS} then
     */
    public void add(SourceRecord record) {
      Integer known = contexts.get(record.context());
      int context = known == null ? contexts.size() : known;
      characters +=
          record.instruction().length()
              + record.response().length()
              + (known == null ? record.context().length() : 0);
      if (characters > MOST_CHARACTERS) {
        throw new CorpusException(
            "the corpus has more than %,d characters, and it is held in memory; name fewer files"
                .formatted(MOST_CHARACTERS));
      }
      contexts.putIfAbsent(record.context(), context);
      asked.add(
          new Asked(
              record.id(),
              record.source(),
              TextCuts.oneParagraph(record.instruction()),
              record.response().strip(),
              context));
    }

    /** The corpus of the records so far. */
    public Corpus build() {
      List<List<Paragraph>> documents = new ArrayList<>();
      int[] documentOf = documents(documents);
      List<DocumentQuestion> questions = new ArrayList<>();
      Set<Said> said = new HashSet<>();
      for (Asked one : asked) {
        int document = documentOf[one.context()];
        Optional<DocumentQuestion> question = locate(one, document, documents.get(document));
        if (question.isPresent() && !said.add(Said.of(one, document))) {
          question = passOver(PassedOver.REPEATED);
        }
        question.ifPresent(questions::add);
      }
      return new Corpus(
          Collections.unmodifiableList(documents),
          List.copyOf(questions),
          asked.size(),
          Collections.unmodifiableMap(passedOver));
    }

    /** Fills in the documents and returns the one of each context; the longest contexts first. */
    private int[] documents(List<List<Paragraph>> documents) {
      List<String> texts = List.copyOf(contexts.keySet());
      List<Integer> longestFirst =
          IntStream.range(0, texts.size())
              .boxed()
              .sorted(Comparator.comparingInt(i -> -texts.get(i).length()))
              .toList();
      int[] documentOf = new int[texts.size()];
      List<List<String>> paragraphs = new ArrayList<>();
      Map<String, List<Integer>> withParagraph = new HashMap<>();
      for (int context : longestFirst) {
        List<String> own = TextCuts.paragraphs(texts.get(context));
        // A document with all of these paragraphs is among those with the rarest of them.
        int document =
            own.stream()
                .map(text -> withParagraph.getOrDefault(text, List.of()))
                .min(Comparator.comparingInt(List::size))
                .flatMap(
                    few ->
                        few.stream()
                            .filter(
                                other ->
                                    Collections.indexOfSubList(paragraphs.get(other), own) >= 0)
                            .findFirst())
                .orElse(paragraphs.size());
        if (document == paragraphs.size()) {
          paragraphs.add(own);
          documents.add(own.stream().map(Paragraph::of).toList());
          own.stream()
              .distinct()
              .forEach(
                  text ->
                      withParagraph.computeIfAbsent(text, t -> new ArrayList<>()).add(document));
        }
        documentOf[context] = document;
      }
      return documentOf;
    }

    private Optional<DocumentQuestion> locate(Asked one, int document, List<Paragraph> text) {
      String answer = Answers.folded(one.response());
      List<DocumentQuestion> found = new ArrayList<>();
      for (int i = 0; i < text.size() && found.size() < 2; i++) {
        Paragraph paragraph = text.get(i);
        if (!Answers.hold(paragraph.folded(), answer)) {
          continue;
        }
        for (Span sentence : TextCuts.sentences(paragraph.text())) {
          if (Answers.hold(Answers.folded(sentence.of(paragraph.text())), answer)) {
            found.add(
                new DocumentQuestion(
                    one.id(),
                    one.source(),
                    one.instruction(),
                    one.response(),
                    document,
                    i,
                    sentence));
          }
        }
      }
      if (Answers.hold(Answers.folded(one.instruction()), answer)) {
        return passOver(PassedOver.IN_QUESTION);
      }
      if (found.size() > 1) {
        return passOver(PassedOver.IN_SEVERAL_SENTENCES);
      }
      return found.isEmpty() ? passOver(PassedOver.NOT_IN_DOCUMENT) : Optional.of(found.get(0));
    }

    private Optional<DocumentQuestion> passOver(PassedOver reason) {
      passedOver.merge(reason, 1, Integer::sum);
      return Optional.empty();
    }
  }
}
