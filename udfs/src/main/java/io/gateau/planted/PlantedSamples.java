package io.gateau.planted;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A planted data set: seeded, of any size, the same on every machine. Questions and answers of all
 * kinds have the same form and lengths, and so have the contexts; what differs is where the facts
 * asked for stand, if anywhere.
 */
public final class PlantedSamples {
  /** How often the context tells a fact that stands everywhere, in tokens. */
  private static final int EVERYWHERE = 100;

  private final PlantedConfig options;
  private final long seed;
  private final List<Kind> kinds;

  /**
   * Draws the order of the kinds.
   *
   * @param samples number of them, 1 or more; of each kind there are as many as its share says
   */
  public PlantedSamples(int samples, long seed, PlantedConfig options) {
    if (samples < 1) {
      throw new IllegalArgumentException(samples + " samples; give 1 or more");
    }
    this.options = options;
    this.seed = seed;
    this.kinds = kinds(samples, options);
    Collections.shuffle(kinds, Draws.member(seed, -1));
  }

  /** As many of each as its share, the largest remainders rounded up. */
  private static List<Kind> kinds(int samples, PlantedConfig options) {
    List<Kind> result = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      int whole = (int) Math.floor(options.shares().get(kind) * samples + 1e-9);
      result.addAll(Collections.nCopies(whole, kind));
    }
    List<Kind> byRemainder =
        Arrays.stream(Kind.values())
            .sorted(Comparator.comparingDouble(kind -> -remainder(options, kind, samples)))
            .toList();
    for (int i = 0; result.size() < samples; i++) {
      result.add(byRemainder.get(i));
    }
    return result;
  }

  private static double remainder(PlantedConfig options, Kind kind, int samples) {
    double wanted = options.shares().get(kind) * samples + 1e-9;
    return wanted - Math.floor(wanted);
  }

  public int size() {
    return kinds.size();
  }

  /** All samples in order, made as they are asked for. */
  public Stream<PlantedSample> stream() {
    return IntStream.range(0, size()).mapToObj(this::sample);
  }

  /** One sample; it depends on the seed, its index and its kind only. */
  public PlantedSample sample(int index) {
    Kind kind = kinds.get(index);
    Random random = Draws.member(seed, index);
    Lexicon.Topic topic = Draws.from(Lexicon.TOPICS, random);
    Documents document = new Documents(topic, random);
    int tokens = options.contextTokens().logUniform(random);
    int count = options.facts().uniform(random);
    boolean twoHops = random.nextDouble() < options.twoHopShare();
    Question question =
        kind == Kind.PARAMETRIC
            ? Questions.world(count, twoHops, random)
            : Questions.invented(count, twoHops, document, random);
    boolean everywhere = kind == Kind.COPY && random.nextBoolean();
    List<String> instruction =
        kind == Kind.COPY && !everywhere ? question.instructionWithFacts() : question.instruction();
    write(document, question, kind, tokens, everywhere, random);
    OptionalInt distance =
        kind == Kind.LONG_RANGE || kind == Kind.LOCAL || everywhere
            ? question.facts().stream().mapToInt(document::distance).min()
            : OptionalInt.empty();
    return new PlantedSample(
        "planted-%d-%06d".formatted(seed, index),
        kind,
        topic.name(),
        Words.paragraphs(document.sentences()),
        Words.text(instruction),
        Words.text(question.response()),
        document.length(),
        distance,
        question.facts().size());
  }

  private void write(
      Documents document,
      Question question,
      Kind kind,
      int tokens,
      boolean everywhere,
      Random random) {
    List<Fact> facts = question.facts();
    List<Fact> near = kind == Kind.LOCAL ? facts : List.of();
    int told = facts.stream().mapToInt(fact -> fact.sentence().size()).sum();
    int repeated = everywhere ? told * (tokens / EVERYWHERE + 1) : 0;
    int farTokens = kind == Kind.LONG_RANGE ? told : repeated;
    List<String> tempting = facts.get(facts.size() - 1).attribute();
    document.write(tokens - farTokens, options.tokensPerFact(), near, facts.size() + 1, tempting);
    if (kind == Kind.LONG_RANGE) {
      IntRange distance = new IntRange(options.distance().low(), options.farthest(tokens));
      // In random order, so that which of several facts is nearer says nothing.
      Draws.shuffled(facts, random).stream()
          .forEach(fact -> document.place(fact, distance.uniform(random)));
    } else if (everywhere) {
      document.repeat(facts, EVERYWHERE - told);
    }
  }
}
