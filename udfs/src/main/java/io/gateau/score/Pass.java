package io.gateau.score;

import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The sequences that a model reads of one sample. Signals that name the same pass of the same model
 * share it, so that each sequence is read once.
 */
public enum Pass {
  /** The whole sample: one sequence. */
  WHOLE {
    @Override
    Stream<Sequence> sequences(TokenizedSample sample, ScoringConfig config) {
      return Stream.of(new Sequence(sample.sequence(), sample.response().length));
    }

    @Override
    public IntStream lengths(SampleLengths sample, ScoringConfig config) {
      return IntStream.of(sample.tokens());
    }
  },
  /** Each segment of the context in place of the whole context: one sequence per segment. */
  SEGMENTS {
    @Override
    Stream<Sequence> sequences(TokenizedSample sample, ScoringConfig config) {
      return config
          .segments(sample.context().length)
          .map(segment -> sample.sequence(segment.from(), segment.to()))
          .map(tokens -> new Sequence(tokens, sample.response().length));
    }

    @Override
    public IntStream lengths(SampleLengths sample, ScoringConfig config) {
      int besideContext = sample.tokens() - sample.context();
      return config
          .segments(sample.context())
          .mapToInt(segment -> segment.length() + besideContext);
    }
  },
  /** The start token, if the tokenizer has one, and the response: one sequence. */
  BARE {
    @Override
    Stream<Sequence> sequences(TokenizedSample sample, ScoringConfig config) {
      return Stream.of(new Sequence(sample.bareSequence(), sample.bareResponseTokens()));
    }

    @Override
    public IntStream lengths(SampleLengths sample, ScoringConfig config) {
      return IntStream.of(sample.start() + sample.response());
    }
  };

  /**
   * A sequence to read.
   *
   * @param tokens (T), token ids
   * @param scoredTokens how many of the last tokens get a loss
   */
  record Sequence(int[] tokens, int scoredTokens) {}

  /** The sequences of this pass, in order. */
  abstract Stream<Sequence> sequences(TokenizedSample sample, ScoringConfig config);

  /** The tokens of each sequence of this pass, in order. */
  public abstract IntStream lengths(SampleLengths sample, ScoringConfig config);

  /** Tokens that a model reads in this pass. */
  public long tokens(TokenizedSample sample, ScoringConfig config) {
    return lengths(sample.lengths(), config).asLongStream().sum();
  }
}
