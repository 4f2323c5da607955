package io.gateau.planted.real;

import io.gateau.planted.Draws;
import io.gateau.planted.Kind;
import io.gateau.planted.PlantedSample;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * Makes contexts of whole paragraphs. All kinds are made in one way: the paragraphs around one
 * place of a document, then runs of paragraphs of other documents behind and in front of them, and
 * a single sentence as the last paragraph. They differ in the evidence: its paragraph stands at
 * that place (long-range), its sentence is the last paragraph (local), or it is left out. For noise
 * the document is another one. No other paragraph holds the answer.
 */
final class RealContexts {
  private static final int SHORTEST_SENTENCE = 8;
  private static final int TRIES = 40;

  /** Tokens that a context may lack of its length. */
  private static final int SLACK = 32;

  private final Corpus corpus;
  private final RealConfig config;
  private final ToIntFunction<String> tokens;
  private final int separator;
  private final List<Integer> documents;
  private final int[][] counts;

  /**
   * Contexts of a corpus.
   *
   * @param tokens counts the tokens of a text
   */
  RealContexts(Corpus corpus, RealConfig config, ToIntFunction<String> tokens) {
    this.corpus = corpus;
    this.config = config;
    this.tokens = tokens;
    this.separator = tokens.applyAsInt(ContextDraft.SEPARATOR);
    this.documents =
        IntStream.range(0, corpus.documents().size())
            .filter(document -> !corpus.documents().get(document).isEmpty())
            .boxed()
            .toList();
    this.counts = new int[corpus.documents().size()][];
  }

  /**
   * A context.
   *
   * @param text of the context
   * @param tokens that it has
   * @param distance tokens behind the evidence, if the context holds it
   */
  record Composed(String text, int tokens, OptionalInt distance) {}

  /** The tokens of a text. */
  int tokens(String text) {
    return tokens.applyAsInt(text);
  }

  /** A context for a question; empty if this draw of length and paragraphs does not work out. */
  Optional<Composed> compose(DocumentQuestion question, Kind kind, Random random) {
    int home =
        kind == Kind.NOISE ? otherDocument(question.document(), random) : question.document();
    int place = kind == Kind.NOISE ? random.nextInt(paragraphs(home).size()) : question.paragraph();
    ContextDraft draft = new ContextDraft(Answers.folded(question.response()));
    Paragraph own = paragraphs(question.document()).get(question.paragraph());
    String evidence = question.evidence().of(own.text());
    Optional<String> last =
        kind == Kind.LOCAL
            ? Optional.of(evidence)
            : otherSentence(question, home, place, draft, random);
    if (last.isEmpty()) {
      return Optional.empty();
    }
    int length = config.contextTokens().logUniform(random);
    int ownTokens = count(question.document(), question.paragraph());
    int room = length - ownTokens - tokens(last.get()) - 2 * separator;
    if (room < config.distance().low()) {
      return Optional.empty();
    }
    int farthest = Math.min(config.distance().high(), room);
    int distance = config.distance().low() + random.nextInt(farthest - config.distance().low() + 1);
    draft.last(last.get(), tokens(last.get()));
    int most = config.distance().high();
    int next = place;
    if (kind == Kind.LONG_RANGE) {
      draft.anchor(own, question, ownTokens + separator);
      int rest = tokens(own.text().substring(question.evidence().end()));
      distance -= rest;
      most -= rest;
      next++;
    }
    Neighbours behind = new Neighbours(home, next, 1, question.document(), random);
    Neighbours front = new Neighbours(home, place - 1, -1, question.document(), random);
    fill(draft, behind, length, distance, most);
    boolean far = draft.tokensBehind() >= distance;
    fill(draft, front, length, Integer.MAX_VALUE, Integer.MAX_VALUE);
    return far ? checked(draft, kind, evidence) : Optional.empty();
  }

  /**
   * Adds paragraphs until those behind the place have {@code enough} tokens, and never more than
   * {@code most}, or until the context has its length.
   */
  private void fill(ContextDraft draft, Neighbours from, int length, int enough, int most) {
    int misses = 0;
    while (misses < TRIES
        && draft.tokens() + SLACK < length
        && (from.step < 0 || draft.tokensBehind() < enough)) {
      Place place = from.next();
      Paragraph paragraph = paragraphs(place.document()).get(place.paragraph());
      int added = count(place.document(), place.paragraph()) + separator;
      boolean tooLong =
          draft.tokens() + added > length || (from.step > 0 && draft.tokensBehind() + added > most);
      if (tooLong || !draft.mayHold(place, paragraph)) {
        misses++;
        from.leaveIf(tooLong);
      } else if (from.step > 0) {
        draft.addBehind(place, paragraph, added);
      } else {
        draft.addFront(place, paragraph, added);
      }
    }
  }

  /** The context with its exact counts, if they are as wanted and nothing else tells the answer. */
  private Optional<Composed> checked(ContextDraft draft, Kind kind, String evidence) {
    String text = draft.text();
    int all = tokens(text);
    boolean holds = kind == Kind.LONG_RANGE || kind == Kind.LOCAL;
    int end = holds ? draft.evidenceEnd(kind == Kind.LOCAL) : 0;
    int start = holds ? end - evidence.length() : 0;
    boolean toldElsewhere =
        draft.tellsAnswer(text.substring(0, start)) || draft.tellsAnswer(text.substring(end));
    int behind = tokens(text.substring(end));
    boolean otherDistance = kind == Kind.LONG_RANGE && !config.distance().contains(behind);
    if (toldElsewhere || otherDistance || !config.contextTokens().contains(all)) {
      return Optional.empty();
    }
    return Optional.of(
        new Composed(text, all, holds ? OptionalInt.of(behind) : OptionalInt.empty()));
  }

  /**
   * A sentence that does not tell the answer, of a paragraph other than the one at the place; that
   * paragraph stays out of the context, as the paragraph of evidence does that is moved.
   */
  private Optional<String> otherSentence(
      DocumentQuestion question, int home, int place, ContextDraft draft, Random random) {
    for (int i = 0; i < TRIES; i++) {
      int document = i < TRIES / 2 ? home : otherDocument(question.document(), random);
      int paragraph = random.nextInt(paragraphs(document).size());
      Paragraph text = paragraphs(document).get(paragraph);
      Place from = new Place(document, paragraph);
      if ((document == home && paragraph == place) || !draft.mayHold(from, text)) {
        continue;
      }
      String sentence = Draws.from(TextCuts.sentences(text.text()), random).of(text.text());
      int length = tokens(sentence);
      if (length >= SHORTEST_SENTENCE && length <= PlantedSample.NEAR_TOKENS) {
        draft.leaveOut(from);
        return Optional.of(sentence);
      }
    }
    return Optional.empty();
  }

  private int otherDocument(int document, Random random) {
    int other = Draws.from(documents, random);
    while (other == document) {
      other = Draws.from(documents, random);
    }
    return other;
  }

  private List<Paragraph> paragraphs(int document) {
    return corpus.documents().get(document);
  }

  private int count(int document, int paragraph) {
    if (counts[document] == null) {
      counts[document] =
          paragraphs(document).stream().mapToInt(one -> tokens(one.text())).toArray();
    }
    return counts[document][paragraph];
  }

  /** The paragraphs of a document from a place on, one way, and then runs of other documents. */
  private final class Neighbours {
    private static final int LONGEST_RUN = 6;

    private final int step;
    private final int asked;
    private final Random random;
    private int document;
    private int paragraph;
    private int left = Integer.MAX_VALUE;

    Neighbours(int document, int paragraph, int step, int asked, Random random) {
      this.document = document;
      this.paragraph = paragraph;
      this.step = step;
      this.asked = asked;
      this.random = random;
    }

    Place next() {
      while (left == 0 || paragraph < 0 || paragraph >= paragraphs(document).size()) {
        document = otherDocument(asked, random);
        paragraph = random.nextInt(paragraphs(document).size());
        left = 1 + random.nextInt(LONGEST_RUN);
      }
      Place place = new Place(document, paragraph);
      paragraph += step;
      left--;
      return place;
    }

    /** Goes on with another document, where the next paragraph of this one is too long. */
    void leaveIf(boolean tooLong) {
      left = tooLong ? 0 : left;
    }
  }
}
