package io.gateau.score;

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
    public long tokens(TokenizedSample sample, ScoringConfig config) {
      return sample.tokens();
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
    public long tokens(TokenizedSample sample, ScoringConfig config) {
      int contextTokens = sample.context().length;
      int besideContext = sample.tokens() - contextTokens;
      return config
          .segments(contextTokens)
          .mapToLong(segment -> (long) segment.length() + besideContext)
          .sum();
    }
  },
  /** The start token, if the tokenizer has one, and the response: one sequence. */
  BARE {
    @Override
    Stream<Sequence> sequences(TokenizedSample sample, ScoringConfig config) {
      return Stream.of(new Sequence(sample.bareSequence(), sample.bareResponseTokens()));
    }

    @Override
    public long tokens(TokenizedSample sample, ScoringConfig config) {
      return (long) sample.start().length + sample.response().length;
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

  /** Tokens that a model reads in this pass. */
  public abstract long tokens(TokenizedSample sample, ScoringConfig config);
}
