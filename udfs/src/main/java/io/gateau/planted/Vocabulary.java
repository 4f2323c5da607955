package io.gateau.planted;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Every word that planted samples and training texts can hold. */
public final class Vocabulary {
  /** The words and signs of the prompt template, of questions, of facts and of filler. */
  private static final List<String> FRAME =
      Lexicon.words(
          "### Input Instruction Response : . , ? What what is the of The and Remember this"
              + " In There was a Nobody before When came together");

  private Vocabulary() {}

  /** All words, each once, sorted. */
  public static List<String> words() {
    Set<String> words = new TreeSet<>(FRAME);
    words.addAll(Lexicon.TOWNS);
    words.addAll(Lexicon.COUNTRIES);
    words.addAll(Lexicon.NUMBERS);
    words.addAll(Lexicon.NOUNS);
    Lexicon.NUMBERED.forEach(words::addAll);
    Lexicon.WORDED.forEach(words::addAll);
    words.addAll(Lexicon.ALLY);
    words.addAll(Lexicon.TIMES);
    words.addAll(Lexicon.PREPOSITIONS);
    words.addAll(Lexicon.ADVERBS);
    for (Lexicon.Topic topic : Lexicon.TOPICS) {
      words.addAll(topic.people());
      words.addAll(topic.verbs());
      words.addAll(topic.objects());
      words.addAll(topic.adjectives());
      words.addAll(topic.places());
    }
    return List.copyOf(words);
  }
}
