package io.gateau.planted;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Draws random questions, which all have one form. */
final class Questions {
  private Questions() {}

  /** A question about countries, answered from {@link WorldFacts}. */
  static Question world(int count, boolean twoHops, Random random) {
    return new Question(
        Draws.shuffled(WorldFacts.VALUES, random).stream()
            .limit(count)
            .map(value -> twoHops ? List.of(allyOf(value.name()), value) : List.of(value))
            .toList());
  }

  /** The fact that some country's ally is this one. */
  private static Fact allyOf(String country) {
    return WorldFacts.ALLIES.stream()
        .filter(ally -> ally.value().get(0).equals(country))
        .findFirst()
        .orElseThrow();
  }

  /** A question about towns that the document has no fact about yet, with random answers. */
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
