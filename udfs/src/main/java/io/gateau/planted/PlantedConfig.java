package io.gateau.planted;

import java.util.Map;

/**
 * The settings of a planted data set. Lengths and distances are in tokens, which are words and
 * signs.
 *
 * @param shares of each kind, 0 or more, with the sum 1; a kind that is not named has none
 * @param contextTokens length of a context; its logarithm is uniform, whatever the kind
 * @param distance of the facts of long-range samples from the end of the context; a context that is
 *     too short for a distance gets the largest that it has room for
 * @param facts number of facts (or chains of two) that a question asks for, 1 to 4
 * @param twoHopShare share of the questions, of any kind, that need two facts one after the other:
 *     the first is an ally, and the second is about the ally's name; in [0, 1]
 * @param tokensPerFact mean number of tokens for each fact about another name in a context
 */
public record PlantedConfig(
    Map<Kind, Double> shares,
    IntRange contextTokens,
    IntRange distance,
    IntRange facts,
    double twoHopShare,
    int tokensPerFact) {
  /**
   * About a third of the samples is long-range; contexts are much longer than the short model's
   * window, and far facts are outside it.
   */
  public static final PlantedConfig DEFAULT =
      new PlantedConfig(
          Map.of(
              Kind.LONG_RANGE, 0.3,
              Kind.LOCAL, 0.2,
              Kind.PARAMETRIC, 0.15,
              Kind.NOISE, 0.2,
              Kind.COPY, 0.15),
          new IntRange(1024, 4000),
          new IntRange(768, 4000),
          new IntRange(1, 2),
          0,
          80);

  public PlantedConfig {
    shares = KindShares.complete(shares);
    if (facts.low() < 1 || facts.high() > 4) {
      throw new IllegalArgumentException(
          "facts %s is outside 1..4; four still fit into the end of a context".formatted(facts));
    }
    if (!(twoHopShare >= 0 && twoHopShare <= 1)) {
      throw new IllegalArgumentException(
          "two-hop share %s is outside [0, 1]".formatted(twoHopShare));
    }
    if (twoHopShare > 0 && facts.high() > 2) {
      throw new IllegalArgumentException(
          "facts %s with two hops; of chains of two only 1..2 fit into the end".formatted(facts));
    }
    if (tokensPerFact < 2 * Fact.SENTENCE_WORDS) {
      throw new IllegalArgumentException(
          "%d tokens per fact; a fact alone has up to %d, give %d or more"
              .formatted(tokensPerFact, Fact.SENTENCE_WORDS, 2 * Fact.SENTENCE_WORDS));
    }
    if (contextTokens.low() < 2 * Documents.TAIL_TOKENS) {
      throw new IllegalArgumentException(
          "contexts of %s tokens; the end alone has %d, give %d or more"
              .formatted(contextTokens, Documents.TAIL_TOKENS, 2 * Documents.TAIL_TOKENS));
    }
    if (distance.low() < Documents.TAIL_TOKENS) {
      throw new IllegalArgumentException(
          "distance %s; below %d tokens a sample is local, not long-range"
              .formatted(distance, Documents.TAIL_TOKENS));
    }
    int room = contextTokens.low() - margin(facts, twoHopShare);
    if (shares.get(Kind.LONG_RANGE) > 0 && distance.low() > room) {
      throw new IllegalArgumentException(
          "a distance of %d does not fit into contexts of %d tokens; give %d or more tokens, or a distance of at most %d"
              .formatted(
                  distance.low(),
                  contextTokens.low(),
                  distance.low() + contextTokens.low() - room,
                  room));
    }
  }

  /** Tokens of a context that far facts and the rest of a sentence may take. */
  private static int margin(IntRange facts, double twoHopShare) {
    return facts.high() * (twoHopShare > 0 ? 2 : 1) * Fact.SENTENCE_WORDS + 2 * Filler.LONGEST;
  }

  /** The largest distance that a context of {@code tokens} tokens has room for. */
  int farthest(int tokens) {
    return Math.min(distance.high(), tokens - margin(facts, twoHopShare));
  }
}
