package io.gateau.planted;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * One fact: the attribute of a name is a value. It is always told in the same words, so that a
 * question which repeats them can be answered by induction.
 *
 * @param attribute two words, such as harbour code
 * @param name a town or a country
 * @param value {@link #VALUE_WORDS} words, or one name for an ally
 */
record Fact(List<String> attribute, String name, List<String> value) {
  /** Words of a value that is no name. */
  static final int VALUE_WORDS = 3;

  /** Longest sentence that tells a fact, in words. */
  static final int SENTENCE_WORDS = 7 + VALUE_WORDS;

  Fact {
    attribute = List.copyOf(attribute);
    value = List.copyOf(value);
    if (attribute.size() != 2 || name.isEmpty() || value.isEmpty()) {
      throw new IllegalArgumentException(
          "a fact needs an attribute of two words, a name and a value, not %s, '%s', %s"
              .formatted(attribute, name, value));
    }
  }

  /** A random value for an attribute that takes numbers or words. */
  static Fact drawn(List<String> attribute, String name, Random random) {
    List<String> from = Lexicon.NUMBERED.contains(attribute) ? Lexicon.NUMBERS : Lexicon.NOUNS;
    return new Fact(
        attribute, name, random.ints(VALUE_WORDS, 0, from.size()).mapToObj(from::get).toList());
  }

  /** A random attribute that takes numbers or words. */
  static List<String> attribute(Random random) {
    int chosen = random.nextInt(Lexicon.NUMBERED.size() + Lexicon.WORDED.size());
    return chosen < Lexicon.NUMBERED.size()
        ? Lexicon.NUMBERED.get(chosen)
        : Lexicon.WORDED.get(chosen - Lexicon.NUMBERED.size());
  }

  static Fact ally(String name, String of) {
    return new Fact(Lexicon.ALLY, of, List.of(name));
  }

  boolean isAlly() {
    return attribute.equals(Lexicon.ALLY);
  }

  /** The words of: The harbour code of Halwick is 42 17 86 with a full stop. */
  List<String> sentence() {
    List<String> words = new ArrayList<>();
    words.add("The");
    words.addAll(attribute);
    words.addAll(List.of("of", name, "is"));
    words.addAll(value);
    words.add(".");
    return words;
  }

  /** Which words of {@link #sentence} are the value: from this one, as many as the value has. */
  int valueStart() {
    return 4 + attribute.size();
  }
}
