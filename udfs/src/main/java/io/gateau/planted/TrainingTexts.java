package io.gateau.planted;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

/**
 * An endless, seeded source of texts to train on: the grammar of {@link PlantedSamples}, with
 * several questions after each document, and the facts asked for anywhere in it.
 */
public final class TrainingTexts {
  private static final List<String> INPUT = List.of("###", "Input", ":");
  private static final List<String> INSTRUCTION = List.of("###", "Instruction", ":");
  private static final List<String> RESPONSE = List.of("###", "Response", ":");

  private final long seed;
  private final TrainingTextConfig options;
  private long made;

  /** Starts a source; two with one seed give the same texts. */
  public TrainingTexts(long seed, TrainingTextConfig options) {
    this.seed = seed;
    this.options = options;
  }

  /** A question with the words that its answer is found from. */
  private record Asked(List<String> instruction, Question question, List<Fact> inDocument) {
    int words() {
      return INSTRUCTION.size() + instruction.size() + RESPONSE.size() + question.response().size();
    }
  }

  /**
   * The next text.
   *
   * @param words its exact length, {@link TrainingTextConfig#fewestWords} or more; the document
   *     loses its beginning for it, never a fact that is asked for
   */
  public TrainingText next(int words) {
    if (words < options.fewestWords()) {
      throw new IllegalArgumentException(
          "a text of %d words; such questions need %d or more"
              .formatted(words, options.fewestWords()));
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
    int wanted = options.questions().uniform(random);
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
    int count = options.facts().uniform(random);
    boolean twoHops = random.nextDouble() < options.twoHopShare();
    double drawn = random.nextDouble();
    if (drawn < options.worldShare()) {
      Question question = Questions.world(count, twoHops, random);
      return new Asked(question.instruction(), question, List.of());
    }
    Question question = Questions.invented(count, twoHops, document, random);
    if (drawn < options.worldShare() + options.absentShare()) {
      return new Asked(question.instruction(), question, List.of());
    }
    if (drawn < options.worldShare() + options.absentShare() + options.givenShare()) {
      return new Asked(question.instructionWithFacts(), question, List.of());
    }
    return new Asked(question.instruction(), question, question.facts());
  }

  private void write(Documents document, List<Asked> asked, int context, Random random) {
    List<Fact> facts = asked.stream().flatMap(one -> one.inDocument().stream()).toList();
    int told = facts.stream().mapToInt(fact -> fact.sentence().size()).sum();
    document.write(
        context + Filler.LONGEST - told,
        options.tokensPerFact(),
        List.of(),
        2,
        Fact.attribute(random));
    IntRange distance = new IntRange(0, context - told - Filler.LONGEST - Fact.SENTENCE_WORDS);
    Draws.shuffled(facts, random).forEach(fact -> document.place(fact, distance.uniform(random)));
  }
}
