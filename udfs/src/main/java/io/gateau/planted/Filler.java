package io.gateau.planted;

import io.gateau.planted.Lexicon.Topic;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Sentences without facts. They have statistics that a small language model can learn: common and
 * rare words, a topic that lasts for a while, and for each person a verb that is the likeliest.
 */
final class Filler {
  /** Words of the longest sentence. */
  static final int LONGEST = 14;

  private final Random random;
  private Topic topic;

  Filler(Topic topic, Random random) {
    this.topic = topic;
    this.random = random;
  }

  /** The next sentence; now and then the topic changes. */
  List<String> sentence() {
    if (random.nextInt(40) == 0) {
      topic = Draws.from(Lexicon.TOPICS, random);
    }
    String person = Draws.skewed(topic.people(), random);
    String verb = verbOf(person);
    String object = Draws.skewed(topic.objects(), random);
    String adjective = Draws.skewed(topic.adjectives(), random);
    String place = Draws.skewed(topic.places(), random);
    String time = Draws.skewed(Lexicon.TIMES, random);
    return Lexicon.words(
        switch (random.nextInt(8)) {
          case 0 -> "The %s %s %s the %s .".formatted(adjective, person, verb, object);
          case 1 ->
              "The %s %s the %s %s %s .".formatted(person, verb, adjective, object, where(place));
          case 2 -> "In the %s the %s %s the %s .".formatted(time, person, verb, object);
          case 3 ->
              "The %s and the %s %s the %s together ."
                  .formatted(person, other(person), verb, object);
          case 4 -> "There was a %s %s %s .".formatted(adjective, object, where(place));
          case 5 -> "Nobody %s the %s %s before the %s .".formatted(verb, adjective, object, time);
          case 6 -> "When the %s came , the %s %s the %s .".formatted(time, person, verb, object);
          default ->
              "The %s %s %s the %s ."
                  .formatted(person, Draws.skewed(Lexicon.ADVERBS, random), verb, object);
        });
  }

  private String where(String place) {
    return Draws.skewed(Lexicon.PREPOSITIONS, random) + " the " + place;
  }

  /** Each person has a verb that is the likeliest. */
  private String verbOf(String person) {
    List<String> verbs = new ArrayList<>(topic.verbs());
    Collections.rotate(verbs, -topic.people().indexOf(person));
    return Draws.skewed(verbs, random);
  }

  private String other(String person) {
    List<String> others = new ArrayList<>(topic.people());
    others.remove(person);
    return Draws.skewed(others, random);
  }
}
