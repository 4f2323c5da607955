package io.gateau.planted;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A question about one or more facts, and its answer: the sentences that tell them.
 *
 * @param chains what is asked for, in order; each is one fact, or an ally and a fact about that
 *     ally (two hops)
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

  /** Every fact that the answer tells, in order. */
  List<Fact> facts() {
    return chains.stream().flatMap(List::stream).toList();
  }

  /**
   * What is the harbour code of Halwick, and what is the bell number of the old ally of Tormere?
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

  /** The same question after the facts themselves. */
  List<String> instructionWithFacts() {
    List<String> words = new ArrayList<>(List.of("Remember", "this", ":"));
    facts().forEach(fact -> words.addAll(fact.sentence()));
    words.addAll(instruction());
    return words;
  }

  List<String> response() {
    return facts().stream().flatMap(fact -> fact.sentence().stream()).toList();
  }

  /** The words of the response that only the facts give: the values. */
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
