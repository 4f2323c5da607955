package io.gateau.planted;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Facts that a model is to learn in training and never finds in a document: two values and an ally
 * for each country, in a fixed table that does not depend on a seed. They have the same form as
 * facts in documents.
 */
final class WorldFacts {
  private static final long TABLE = 20_241_021;

  /** Every world fact that takes numbers or words. */
  static final List<Fact> VALUES;

  /** Every country's ally, itself a country with {@link #VALUES}. */
  static final List<Fact> ALLIES;

  static {
    Random random = new Random(TABLE);
    List<Fact> values = new ArrayList<>();
    List<Fact> allies = new ArrayList<>();
    // A ring: every country has one ally and is one.
    List<String> countries = Draws.shuffled(Lexicon.COUNTRIES, random);
    for (int i = 0; i < countries.size(); i++) {
      String country = countries.get(i);
      values.add(numbered(country, random));
      values.add(worded(country, random));
      allies.add(Fact.ally(countries.get((i + 1) % countries.size()), country));
    }
    VALUES = List.copyOf(values);
    ALLIES = List.copyOf(allies);
  }

  private WorldFacts() {}

  private static Fact numbered(String country, Random random) {
    return Fact.drawn(Draws.from(Lexicon.NUMBERED, random), country, random);
  }

  private static Fact worded(String country, Random random) {
    return Fact.drawn(Draws.from(Lexicon.WORDED, random), country, random);
  }
}
