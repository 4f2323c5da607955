package io.gateau.planted;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

/**
 * An endless source of texts to train on, which depends on its seed and settings only. The grammar
 * is that of {@link PlantedSamples}; several questions follow each document, and the facts that
 * they ask for are anywhere in it.
 */
public final class TrainingTexts {
  private static final List<String> INPUT = List.of("###", "Input", ":");
  private static final List<String> INSTRUCTION = List.of("###", "Instruction", ":");
  private static final List<String> RESPONSE = List.of("###", "Response", ":");

  private final long seed;
  private final TrainingTextConfig config;
  private long made;

  /** Starts a source; two sources with the same seed and settings give the same texts. */
  public TrainingTexts(long seed, TrainingTextConfig config) {
    this.seed = seed;
    this.config = config;
  }

  /** A question as it is asked, and the facts that must be in the document for it. */
  private record Asked(List<String> instruction, Question question, List<Fact> inDocument) {
    int words() {
      return INSTRUCTION.size() + instruction.size() + RESPONSE.size() + question.response().size();
    }
  }

  /**
   * The next text.
   *
   * @param words its exact length, {@link TrainingTextConfig#fewestWords} or more; the document is
   *     cut at its beginning to fit, and never loses a fact that is asked for
   * @throws IllegalArgumentException if {@code words} is too small
   */
  public TrainingText next(int words) {
    if (words < config.fewestWords()) {
      throw new IllegalArgumentException(
          "a text of %d words; such questions need %d or more"
              .formatted(words, config.fewestWords()));
    }
    Random random = Draws.member(seed, made++);
    Documents document = new Documents(Draws.from(Lexicon.TOPICS, random), random);
    List<Asked> asked = questions(words / 2, document, random);
    int context = words - INPUT.size() - asked.stream().mapToInt(Asked::words).sum();
    write(document, asked, context, random);
    List<String> text = new ArrayList<>(INPUT);
    List<String> all = document.sentences().stream().flatMap(List::stream).toList();
    text.addAll(all.subList(all.size() - context, all.size()));
    BitSet answers = new BitSet();
    BitSet values = new BitSet();
    for (Asked one : asked) {
      text.addAll(INSTRUCTION);
      text.addAll(one.instruction());
      text.addAll(RESPONSE);
      int start = text.size();
      text.addAll(one.question().response());
      answers.set(start, text.size());
      one.question().values().stream().forEach(value -> values.set(start + value));
    }
    return new TrainingText(text, answers, values);
  }

  private List<Asked> questions(int room, Documents document, Random random) {
    int wanted = config.questions().uniform(random);
    List<Asked> asked = new ArrayList<>();
    int left = room;
    while (asked.size() < wanted) {
      Asked next = question(document, random);
      left -= next.words();
      if (left < 0) {
        break;
      }
      asked.add(next);
    }
    return asked;
  }

  private Asked question(Documents document, Random random) {
    int count = config.facts().uniform(random);
    boolean twoHops = random.nextDouble() < config.twoHopShare();
    double drawn = random.nextDouble();
    if (drawn < config.worldShare()) {
      Question question = Questions.world(count, twoHops, random);
      return new Asked(question.instruction(), question, List.of());
    }
    Question question = Questions.invented(count, twoHops, document, random);
    if (drawn < config.worldShare() + config.absentShare()) {
      return new Asked(question.instruction(), question, List.of());
    }
    if (drawn < config.worldShare() + config.absentShare() + config.givenShare()) {
      return new Asked(question.instructionWithFacts(), question, List.of());
    }
    return new Asked(question.instruction(), question, question.facts());
  }

  private void write(Documents document, List<Asked> asked, int context, Random random) {
    List<Fact> facts = asked.stream().flatMap(one -> one.inDocument().stream()).toList();
    int factWords = facts.stream().mapToInt(fact -> fact.sentence().size()).sum();
    document.write(
        context + Filler.LONGEST - factWords,
        config.tokensPerFact(),
        List.of(),
        2,
        Fact.attribute(random));
    IntRange distance = new IntRange(0, context - factWords - Filler.LONGEST - Fact.SENTENCE_WORDS);
    Draws.shuffled(facts, random).forEach(fact -> document.place(fact, distance.uniform(random)));
  }
}
