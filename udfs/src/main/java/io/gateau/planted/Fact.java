package io.gateau.planted;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * One fact: the attribute of a name is a value. It is always stated in the same words, so that a
 * question that repeats these words can be answered by copying (induction heads).
 *
 * @param attribute two words, such as harbour code
 * @param name a town or a country
 * @param value {@link #VALUE_WORDS} words, or the one name of an ally
 */
record Fact(List<String> attribute, String name, List<String> value) {
  /** Words of a value that is not a name. */
  static final int VALUE_WORDS = 3;

  /** Words of the longest sentence that states a fact. */
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

  /** The fact that {@code name} is the ally of {@code of}. */
  static Fact ally(String name, String of) {
    return new Fact(Lexicon.ALLY, of, List.of(name));
  }

  /** The words of the sentence: The harbour code of Halwick is 42 17 86 . */
  List<String> sentence() {
    List<String> words = new ArrayList<>();
    words.add("The");
    words.addAll(attribute);
    words.addAll(List.of("of", name, "is"));
    words.addAll(value);
    words.add(".");
    return words;
  }

  /** The position of the value's first word in {@link #sentence}. */
  int valueStart() {
    return 4 + attribute.size();
  }
}
