package io.gateau.planted;

import io.gateau.planted.Lexicon.Topic;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Sentences that tell nothing that is asked for. They have statistics of their own, which a small
 * language model can learn: common and rare words, a subject that stays for a while, and people who
 * mostly do what is theirs.
 */
final class Filler {
  /** Longest sentence, in words. */
  static final int LONGEST = 14;

  private final Random random;
  private Topic topic;

  Filler(Topic topic, Random random) {
    this.topic = topic;
    this.random = random;
  }

  /** The next sentence; now and then the subject changes. */
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
          case 0 -> "The " + adjective + " " + person + " " + verb + " the " + object + " .";
          case 1 ->
              "The "
                  + person
                  + " "
                  + verb
                  + " the "
                  + adjective
                  + " "
                  + object
                  + " "
                  + where(place)
                  + " .";
          case 2 -> "In the " + time + " the " + person + " " + verb + " the " + object + " .";
          case 3 ->
              "The "
                  + person
                  + " and the "
                  + other(person)
                  + " "
                  + verb
                  + " the "
                  + object
                  + " together .";
          case 4 -> "There was a " + adjective + " " + object + " " + where(place) + " .";
          case 5 ->
              "Nobody " + verb + " the " + adjective + " " + object + " before the " + time + " .";
          case 6 ->
              "When the " + time + " came , the " + person + " " + verb + " the " + object + " .";
          default ->
              "The "
                  + person
                  + " "
                  + Draws.skewed(Lexicon.ADVERBS, random)
                  + " "
                  + verb
                  + " the "
                  + object
                  + " .";
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
