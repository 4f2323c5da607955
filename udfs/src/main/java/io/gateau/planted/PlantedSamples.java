package io.gateau.planted;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A planted data set of any size, which depends on its seed and settings only and is the same on
 * every machine. Questions, answers and contexts of all kinds have the same form and lengths; the
 * kinds differ in where the facts are that a question asks for, if anywhere.
 */
public final class PlantedSamples {
  /** Tokens between two statements of a fact that is everywhere in the context. */
  private static final int EVERYWHERE = 100;

  private final PlantedConfig config;
  private final long seed;
  private final List<Kind> kinds;

  /**
   * A data set; its samples are made when they are asked for.
   *
   * @param samples number of samples, 1 or more; the shares of the config say how many of each kind
   * @param seed of everything that is random
   */
  public PlantedSamples(int samples, long seed, PlantedConfig config) {
    if (samples < 1) {
      throw new IllegalArgumentException(samples + " samples; give 1 or more");
    }
    this.config = config;
    this.seed = seed;
    this.kinds = KindShares.kinds(samples, config.shares(), Draws.member(seed, -1));
  }

  /** Number of samples. */
  public int size() {
    return kinds.size();
  }

  /** All samples in order, made when they are asked for. */
  public Stream<PlantedSample> stream() {
    return IntStream.range(0, size()).mapToObj(this::sample);
  }

  /**
   * One sample. It depends on the seed, its index and its kind only.
   *
   * @param index from 0 to {@link #size} - 1
   */
  public PlantedSample sample(int index) {
    Kind kind = kinds.get(index);
    Random random = Draws.member(seed, index);
    Lexicon.Topic topic = Draws.from(Lexicon.TOPICS, random);
    Documents document = new Documents(topic, random);
    int tokens = config.contextTokens().logUniform(random);
    int count = config.facts().uniform(random);
    boolean twoHops = random.nextDouble() < config.twoHopShare();
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
        String.format(Locale.ROOT, "planted-%d-%06d", seed, index),
        kind,
        topic.name(),
        Words.paragraphs(document.sentences()),
        Words.text(instruction),
        Words.text(question.response()),
        document.length(),
        distance,
        question.facts().size(),
        OptionalDouble.empty());
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
    int factTokens = facts.stream().mapToInt(fact -> fact.sentence().size()).sum();
    int repeated = everywhere ? factTokens * (tokens / EVERYWHERE + 1) : 0;
    int farTokens = kind == Kind.LONG_RANGE ? factTokens : repeated;
    List<String> tempting = facts.get(facts.size() - 1).attribute();
    document.write(tokens - farTokens, config.tokensPerFact(), near, facts.size() + 1, tempting);
    if (kind == Kind.LONG_RANGE) {
      IntRange distance = new IntRange(config.distance().low(), config.farthest(tokens));
      // In random order, so that the order in the question does not tell which fact is nearer.
      Draws.shuffled(facts, random).stream()
          .forEach(fact -> document.place(fact, distance.uniform(random)));
    } else if (everywhere) {
      document.repeat(facts, EVERYWHERE - factTokens);
    }
  }
}
