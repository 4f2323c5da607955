package io.gateau.planted.real;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A context while it is made; every paragraph stands in it once. */
final class ContextDraft {
  static final String SEPARATOR = "\n\n";

  private final String answer;
  private final Deque<String> front = new ArrayDeque<>();
  private final List<String> behind = new ArrayList<>();
  private final Set<Place> taken = new HashSet<>();
  private Optional<Anchor> anchor = Optional.empty();
  private String last = "";
  private int tokens;
  private int tokensBehind;

  /** The paragraph with the evidence, and where the evidence ends in it. */
  private record Anchor(String text, int evidenceEnd) {}

  /** A context of which no paragraph that is added tells the answer, which is folded. */
  ContextDraft(String answer) {
    this.answer = answer;
  }

  /** Whether a paragraph is neither taken nor tells the answer. */
  boolean mayHold(Place place, Paragraph paragraph) {
    return !taken.contains(place) && !Answers.hold(paragraph.folded(), answer);
  }

  void leaveOut(Place place) {
    taken.add(place);
  }

  void last(String text, int itsTokens) {
    last = text;
    tokens += itsTokens;
    tokensBehind += itsTokens;
  }

  void anchor(Paragraph paragraph, DocumentQuestion question, int itsTokens) {
    anchor = Optional.of(new Anchor(paragraph.text(), question.evidence().end()));
    tokens += itsTokens;
  }

  void addBehind(Place place, Paragraph paragraph, int itsTokens) {
    taken.add(place);
    behind.add(paragraph.text());
    tokens += itsTokens;
    tokensBehind += itsTokens;
  }

  void addFront(Place place, Paragraph paragraph, int itsTokens) {
    taken.add(place);
    front.addFirst(paragraph.text());
    tokens += itsTokens;
  }

  int tokens() {
    return tokens;
  }

  /** Tokens of the paragraphs behind the place of the evidence. */
  int tokensBehind() {
    return tokensBehind;
  }

  boolean tellsAnswer(String text) {
    return Answers.hold(Answers.folded(text), answer);
  }

  String text() {
    List<String> all = new ArrayList<>(front);
    anchor.ifPresent(own -> all.add(own.text()));
    all.addAll(behind);
    all.add(last);
    return String.join(SEPARATOR, all);
  }

  /** Where the evidence ends in {@link #text}: in its paragraph, or with the last one. */
  int evidenceEnd(boolean isLast) {
    if (isLast) {
      return text().length();
    }
    int before = front.stream().mapToInt(text -> text.length() + SEPARATOR.length()).sum();
    return before + anchor.orElseThrow().evidenceEnd();
  }
}
