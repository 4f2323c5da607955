package io.gateau.planted;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A question about one or more facts, and its answer: the sentences that state them.
 *
 * @param chains the facts that are asked for, in order; each chain is one fact, or an ally and a
 *     fact about that ally (two hops)
 */
record Question(List<List<Fact>> chains) {
  Question {
    chains = chains.stream().map(List::copyOf).toList();
    if (chains.isEmpty()
        || chains.stream().anyMatch(chain -> chain.isEmpty() || chain.size() > 2)) {
      throw new IllegalArgumentException(
          "a question asks for chains of one or two facts: " + chains);
    }
  }

  /** Every fact that the answer states, in order. */
  List<Fact> facts() {
    return chains.stream().flatMap(List::stream).toList();
  }

  /**
   * The words of the question: What is the harbour code of Halwick, and what is the bell number of
   * the old ally of Tormere?
   */
  List<String> instruction() {
    List<String> words = new ArrayList<>();
    for (List<Fact> chain : chains) {
      if (words.isEmpty()) {
        words.add("What");
      } else {
        words.addAll(List.of(",", "and", "what"));
      }
      Fact last = chain.get(chain.size() - 1);
      words.addAll(List.of("is", "the"));
      words.addAll(last.attribute());
      words.add("of");
      if (chain.size() > 1) {
        words.add("the");
        words.addAll(chain.get(0).attribute());
        words.add("of");
      }
      words.add(chain.get(0).name());
    }
    words.add("?");
    return words;
  }

  /** The words of the facts themselves and then of the question. */
  List<String> instructionWithFacts() {
    List<String> words = new ArrayList<>(List.of("Remember", "this", ":"));
    facts().forEach(fact -> words.addAll(fact.sentence()));
    words.addAll(instruction());
    return words;
  }

  /** The words of the answer. */
  List<String> response() {
    return facts().stream().flatMap(fact -> fact.sentence().stream()).toList();
  }

  /** The positions of the values in {@link #response}: words that only the facts give. */
  BitSet values() {
    BitSet values = new BitSet();
    int start = 0;
    for (Fact fact : facts()) {
      int first = start + fact.valueStart();
      values.set(first, first + fact.value().size());
      start += fact.sentence().size();
    }
    return values;
  }
}
