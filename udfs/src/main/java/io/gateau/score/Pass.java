package io.gateau.score;

import io.gateau.math.SegmentPairs;
import io.gateau.math.Segments.Segment;
import io.gateau.model.ForwardCost;
import java.util.List;
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
  },
  /**
   * The end of the prompt, of {@link ScoringConfig#recentTokens}, and the response: one sequence.
   */
  RECENT {
    @Override
    Stream<Sequence> sequences(TokenizedSample sample, ScoringConfig config) {
      return Stream.of(
          new Sequence(sample.recentSequence(config.recentTokens()), sample.response().length));
    }

    @Override
    public IntStream lengths(SampleLengths sample, ScoringConfig config) {
      int prompt = Math.min(sample.context() + sample.around(), config.recentTokens());
      return IntStream.of(sample.start() + prompt + sample.response());
    }

    @Override
    public Pass read(SampleLengths sample, ScoringConfig config) {
      boolean whole = sample.context() + sample.around() <= config.recentTokens();
      return whole ? WHOLE : this;
    }
  },
  /**
   * Each segment of the context alone, in order, and then each of the {@link SegmentPairs}: an
   * earlier segment and a later one behind it. The segment, or the later one of a pair, is scored.
   * A segment of one token is left out: without a start token nothing would predict it.
   */
  PAIRS {
    @Override
    Stream<Sequence> sequences(TokenizedSample sample, ScoringConfig config) {
      List<Segment> segments = config.pairedSegments(sample.context().length).toList();
      int unscored = sample.start().length > 0 ? 0 : 1;
      Stream<Sequence> alone =
          segments.stream()
              .map(
                  segment ->
                      new Sequence(sample.contextSequence(segment), segment.length() - unscored));
      Stream<Sequence> pairs =
          SegmentPairs.of(segments.size())
              .map(
                  pair ->
                      new Sequence(
                          sample.contextSequence(
                              segments.get(pair.earlier()), segments.get(pair.later())),
                          segments.get(pair.later()).length() - unscored));
      return Stream.concat(alone, pairs);
    }

    @Override
    public IntStream lengths(SampleLengths sample, ScoringConfig config) {
      List<Segment> segments = config.pairedSegments(sample.context()).toList();
      return IntStream.concat(
          segments.stream().mapToInt(segment -> sample.start() + segment.length()),
          SegmentPairs.of(segments.size())
              .mapToInt(
                  pair ->
                      sample.start()
                          + segments.get(pair.earlier()).length()
                          + segments.get(pair.later()).length()));
    }

    @Override
    public int scored(SampleLengths sample, ScoringConfig config) {
      return Math.min(sample.context(), config.segmentTokens());
    }
  },
  /** The whole sample: one sequence, of which the first layer alone is computed. */
  FIRST_LAYER {
    @Override
    Stream<Sequence> sequences(TokenizedSample sample, ScoringConfig config) {
      return Stream.of(new Sequence(sample.sequence(), 0));
    }

    @Override
    public IntStream lengths(SampleLengths sample, ScoringConfig config) {
      return IntStream.of(sample.tokens());
    }

    @Override
    public int scored(SampleLengths sample, ScoringConfig config) {
      return 0;
    }

    @Override
    public double flops(ForwardCost model, long tokens, int scored) {
      return model.firstLayerAttentionFlops(tokens);
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

  /** The pass whose sequences are those of this one: another one if it reads the same tokens. */
  public Pass read(SampleLengths sample, ScoringConfig config) {
    return this;
  }

  /** How many tokens of each sequence get a loss, at most. */
  public int scored(SampleLengths sample, ScoringConfig config) {
    return sample.response();
  }

  /**
   * Operations of one sequence.
   *
   * @param tokens of the sequence
   * @param scored of them that get a loss
   */
  public double flops(ForwardCost model, long tokens, int scored) {
    return model.flops(tokens, scored);
  }

  /** Tokens that a model reads in this pass. */
  public long tokens(TokenizedSample sample, ScoringConfig config) {
    return lengths(sample.lengths(), config).asLongStream().sum();
  }
}
