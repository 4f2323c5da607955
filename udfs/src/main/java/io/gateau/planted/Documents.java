package io.gateau.planted;

import io.gateau.planted.Lexicon.Topic;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Builds one document: filler, facts about many names, and the facts that a question asks for, at
 * given distances from the end. The last {@link #TAIL_TOKENS} tokens always hold facts, whether
 * they are asked for or not.
 */
final class Documents {
  /** Tokens at the end of a document that count as near. */
  static final int TAIL_TOKENS = PlantedSample.NEAR_TOKENS;

  private static final int ALLY_EVERY = 10;

  private final Random random;
  private final Filler filler;
  private final Deque<String> freshNames;
  private final List<String> namesWithValues = new ArrayList<>();
  private final List<List<String>> sentences = new ArrayList<>();

  /** Starts an empty document. Names taken with {@link #freshName} are in no later distractor. */
  Documents(Topic topic, Random random) {
    this.random = random;
    this.filler = new Filler(topic, random);
    this.freshNames = new ArrayDeque<>(Draws.shuffled(Lexicon.TOWNS, random));
  }

  /** A name that no fact of the document is about yet. */
  String freshName() {
    return freshNames.pop();
  }

  /**
   * Writes filler with facts about other names (distractors), and a tail.
   *
   * @param tokens of the document; up to a sentence fewer are written
   * @param tokensPerFact mean number of tokens for each distractor
   * @param near facts that must be in the tail
   * @param tailFacts number of facts in the tail, those of {@code near} included
   * @param tempting the attribute of the first distractor in the tail
   */
  void write(int tokens, int tokensPerFact, List<Fact> near, int tailFacts, List<String> tempting) {
    List<List<String>> tail = tail(tokens, near, tailFacts, tempting);
    int room = tokens - length(tail);
    while (true) {
      List<String> next =
          random.nextInt(tokensPerFact) < Fact.SENTENCE_WORDS
              ? distractor(Fact.attribute(random)).orElseGet(filler::sentence)
              : filler.sentence();
      room -= next.size();
      if (room < 0) {
        break;
      }
      sentences.add(next);
    }
    sentences.addAll(tail);
  }

  private List<List<String>> tail(
      int tokens, List<Fact> near, int tailFacts, List<String> tempting) {
    List<List<String>> tail = new ArrayList<>();
    near.forEach(fact -> tail.add(fact.sentence()));
    while (tail.size() < tailFacts) {
      List<String> attribute = tail.size() == near.size() ? tempting : Fact.attribute(random);
      tail.add(distractor(attribute).orElseGet(filler::sentence));
    }
    int room = Math.min(TAIL_TOKENS, tokens / 2) - length(tail);
    for (List<String> next = filler.sentence(); next.size() <= room; next = filler.sentence()) {
      tail.add(next);
      room -= next.size();
    }
    return Draws.shuffled(tail, random);
  }

  /** A fact about a fresh name; empty once there are no more names. */
  private Optional<List<String>> distractor(List<String> attribute) {
    if (freshNames.isEmpty()) {
      return Optional.empty();
    }
    String name = freshName();
    if (!namesWithValues.isEmpty() && random.nextInt(ALLY_EVERY) == 0) {
      return Optional.of(Fact.ally(Draws.from(namesWithValues, random), name).sentence());
    }
    namesWithValues.add(name);
    return Optional.of(Fact.drawn(attribute, name, random).sentence());
  }

  /**
   * Inserts a fact at the last sentence boundary with at least {@code distance} tokens after it.
   */
  void place(Fact fact, int distance) {
    int behind = 0;
    int at = sentences.size();
    while (at > 0 && behind < distance) {
      at--;
      behind += sentences.get(at).size();
    }
    sentences.add(at, fact.sentence());
  }

  /** Repeats facts after every {@code stretch} tokens of the document. */
  void repeat(List<Fact> facts, int stretch) {
    List<List<String>> all = new ArrayList<>();
    int since = random.nextInt(stretch);
    for (List<String> sentence : sentences) {
      all.add(sentence);
      since += sentence.size();
      if (since >= stretch) {
        facts.forEach(fact -> all.add(fact.sentence()));
        since -= stretch;
      }
    }
    sentences.clear();
    sentences.addAll(all);
  }

  /** Tokens after the last statement of a fact. */
  int distance(Fact fact) {
    int at = sentences.lastIndexOf(fact.sentence());
    if (at < 0) {
      throw new IllegalStateException("the document does not tell " + fact);
    }
    return length(sentences.subList(at + 1, sentences.size()));
  }

  List<List<String>> sentences() {
    return sentences;
  }

  int length() {
    return length(sentences);
  }

  private static int length(List<List<String>> sentences) {
    return sentences.stream().mapToInt(List::size).sum();
  }
}
