package io.gateau.planted.real;

import io.gateau.planted.Draws;
import io.gateau.planted.Kind;
import io.gateau.planted.KindShares;
import io.gateau.planted.PlantedSample;
import io.gateau.planted.real.RealContexts.Composed;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * Samples from a corpus of real documents whose kind is known. Every question is asked once. With a
 * model that measures answers, the parametric samples are those that it knows without the document,
 * and all others are those that it does not. The samples depend on corpus, seed and settings only,
 * as far as the model's losses do not round to the other side of the limit.
 */
public final class RealSamples {
  private static final int BATCH = 64;

  /** Question and answer of more tokens are given up: a model reads them in one sequence. */
  private static final int LONGEST_QUESTION = 2_048;

  /** Draws of length and paragraphs before a question is given up. */
  private static final int DRAWS = 8;

  private final Corpus corpus;
  private final List<Kind> kinds;
  private final long seed;
  private final RealConfig config;
  private final RealContexts contexts;
  private final Optional<AnswerLoss> losses;
  private final List<DocumentQuestion> questions;
  private final Deque<Measured> known = new ArrayDeque<>();
  private final Deque<Measured> unknown = new ArrayDeque<>();
  private int taken;
  private int knownOfTaken;
  private int givenUp;

  private record Measured(DocumentQuestion question, OptionalDouble loss) {}

  /**
   * What was looked at.
   *
   * @param questions taken from the corpus, in random order, as many as were needed
   * @param known of them that the model knows; 0 without one
   * @param givenUp of them that are too long, or for which no context of the wanted length and
   *     distance was found
   */
  public record Tally(int questions, int known, int givenUp) {}

  /**
   * A data set; its samples are made when they are asked for.
   *
   * @param samples number of samples, 1 or more
   * @param seed of everything that is random
   * @param tokens counts the tokens of a text
   * @param losses measures what a model knows; without it there are no parametric samples
   * @throws IllegalArgumentException if there are no samples, or parametric ones without a measure
   * @throws CorpusException if the corpus is too small
   */
  public RealSamples(
      Corpus corpus,
      int samples,
      long seed,
      RealConfig config,
      ToIntFunction<String> tokens,
      Optional<AnswerLoss> losses) {
    if (samples < 1) {
      throw new IllegalArgumentException(samples + " samples; give 1 or more");
    }
    requireMeasure(config, losses.isPresent());
    requireEnough(corpus, samples);
    this.corpus = corpus;
    this.kinds = KindShares.kinds(samples, config.shares(), Draws.member(seed, -1));
    this.seed = seed;
    this.config = config;
    this.contexts = new RealContexts(corpus, config, tokens);
    this.losses = losses;
    this.questions = Draws.shuffled(corpus.questions(), Draws.member(seed, -2));
  }

  /**
   * Checks what can be known without a corpus.
   *
   * @param measured whether a model measures answers
   * @throws IllegalArgumentException if there are to be parametric samples and nothing is measured
   */
  public static void requireMeasure(RealConfig config, boolean measured) {
    if (!measured && config.shares().get(Kind.PARAMETRIC) > 0) {
      throw new IllegalArgumentException(
          "parametric samples are those whose answer a model knows, which is measured; name the model, or give shares without parametric");
    }
  }

  /**
   * Checks what can be known without a model.
   *
   * @param samples how many are wanted
   * @throws CorpusException if the corpus is too small
   */
  public static void requireEnough(Corpus corpus, int samples) {
    if (samples > corpus.questions().size()) {
      throw new CorpusException(
          "%,d samples of %,d questions that can be used (of %,d records); every question is asked once, so give more records or fewer samples"
              .formatted(samples, corpus.questions().size(), corpus.records()));
    }
    if (corpus.documents().stream().filter(document -> !document.isEmpty()).count() < 2) {
      throw new CorpusException(
          "the corpus has one document; contexts are filled up from others, so give two or more");
    }
  }

  /** Number of samples. */
  public int size() {
    return kinds.size();
  }

  /**
   * All samples in order, for one use. It throws a {@link CorpusException} where the questions do
   * not suffice.
   */
  public Stream<PlantedSample> stream() {
    return Stream.iterate(0, index -> index < size(), index -> index + 1).map(this::sample);
  }

  /** What the samples so far took. */
  public Tally tally() {
    return new Tally(taken, knownOfTaken, givenUp);
  }

  private PlantedSample sample(int index) {
    Kind kind = kinds.get(index);
    Random random = Draws.member(seed, index);
    while (true) {
      Measured next = next(kind, index);
      for (int draw = 0; draw < DRAWS; draw++) {
        Optional<Composed> context = contexts.compose(next.question(), kind, random);
        if (context.isPresent()) {
          return sample(index, kind, next, context.get());
        }
      }
      givenUp++;
    }
  }

  private PlantedSample sample(int index, Kind kind, Measured measured, Composed context) {
    DocumentQuestion question = measured.question();
    return new PlantedSample(
        String.format(Locale.ROOT, "real-%d-%06d:%s", seed, index, question.id()),
        kind,
        question.source().orElse("document-" + question.document()),
        context.text(),
        kind == Kind.COPY
            ? evidence(question) + " " + question.instruction()
            : question.instruction(),
        question.response(),
        context.tokens(),
        context.distance(),
        1,
        measured.loss());
  }

  private String evidence(DocumentQuestion question) {
    return question
        .evidence()
        .of(corpus.documents().get(question.document()).get(question.paragraph()).text());
  }

  /** The next question whose answer is known, for parametric samples, or not known. */
  private Measured next(Kind kind, int index) {
    Deque<Measured> pool = kind == Kind.PARAMETRIC ? known : unknown;
    while (pool.isEmpty()) {
      if (taken == questions.size()) {
        throw new CorpusException(tooFew(kind, index));
      }
      measure(questions.subList(taken, Math.min(taken + BATCH, questions.size())));
    }
    return pool.remove();
  }

  private void measure(List<DocumentQuestion> batch) {
    List<DocumentQuestion> usable =
        batch.stream()
            .filter(one -> contexts.tokens(evidence(one)) <= PlantedSample.NEAR_TOKENS)
            .filter(
                one ->
                    contexts.tokens(one.instruction()) + contexts.tokens(one.response())
                        <= LONGEST_QUESTION)
            .toList();
    givenUp += batch.size() - usable.size();
    Optional<double[]> measured = losses.map(model -> model.of(usable));
    for (int i = 0; i < usable.size(); i++) {
      int place = i;
      OptionalDouble loss = measured.stream().mapToDouble(all -> all[place]).findFirst();
      boolean isKnown = loss.isPresent() && loss.getAsDouble() <= config.knownLoss();
      (isKnown ? known : unknown).add(new Measured(usable.get(i), loss));
      knownOfTaken += isKnown ? 1 : 0;
    }
    taken += batch.size();
  }

  private String tooFew(Kind kind, int index) {
    String found =
        "sample %,d of %,d is to be %s, and all %,d questions are used up: "
            .formatted(index + 1, size(), kind.code(), questions.size());
    return kind == Kind.PARAMETRIC
        ? found
            + "the model knows %,d (loss of %s or less); give more records, fewer samples, a smaller share of parametric or a larger known-loss"
                .formatted(knownOfTaken, config.knownLoss())
        : found
            + "%,d are too long or give no context of %s tokens, and the model knows %,d; give more records or fewer samples, or allow for other lengths with --context-tokens and --distance"
                .formatted(givenUp, config.contextTokens(), knownOfTaken);
  }
}
