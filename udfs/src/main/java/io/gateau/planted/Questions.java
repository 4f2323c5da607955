package io.gateau.planted;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Draws questions of one form, whatever is asked. */
final class Questions {
  private Questions() {}

  /** About countries, answered from the table. */
  static Question world(int count, boolean twoHops, Random random) {
    return new Question(
        Draws.shuffled(WorldFacts.VALUES, random).stream()
            .limit(count)
            .map(value -> twoHops ? List.of(allyOf(value.name()), value) : List.of(value))
            .toList());
  }

  /** The country that has this one for its ally. */
  private static Fact allyOf(String country) {
    return WorldFacts.ALLIES.stream()
        .filter(ally -> ally.value().get(0).equals(country))
        .findFirst()
        .orElseThrow();
  }

  /** About towns that are new to the document, answered at random. */
  static Question invented(int count, boolean twoHops, Documents document, Random random) {
    List<List<Fact>> chains = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = document.freshName();
      Fact value = Fact.drawn(Fact.attribute(random), name, random);
      chains.add(twoHops ? List.of(Fact.ally(name, document.freshName()), value) : List.of(value));
    }
    return new Question(chains);
  }
}
