package io.gateau.model;

import io.gateau.math.Perplexity;
import io.gateau.math.Segments;
import io.gateau.model.Decoder.Pass;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The raw signals of samples: METHOD, raw signals. One pass of the short model gives a perplexity;
 * one pass of the long model gives perplexity and attention focus together, one per segment the
 * segment perplexities. What is short is read in batches, of several samples too; they keep to a
 * budget of tokens and to the device's memory; what the device refuses all the same is halved, and
 * the smaller budget stays. For one thread.
 */
public final class SampleScorer {
  private final ScoringSettings settings;
  private final ReadingQueue queue;

  /** A scorer whose device has no other limit than what it refuses. */
  public SampleScorer(ScoringSettings settings) {
    this(settings, DeviceMemory.UNLIMITED);
  }

  public SampleScorer(ScoringSettings settings, DeviceMemory memory) {
    this.settings = settings;
    this.queue = new ReadingQueue(settings.batchTokens(), memory);
  }

  /** Tokens that a batch of a decoder may have by now: short samples of so many go together. */
  public int batchTokens(Decoder decoder) {
    return queue.batchTokens(decoder);
  }

  /**
   * What the long model says of a sample.
   *
   * @param perplexity of the response given the whole context
   * @param segmentPerplexity of the response given each segment alone
   * @param segmentAttention mean weight that each segment's tokens receive from the response
   */
  public record LongSignals(
      double perplexity, double[] segmentPerplexity, double[] segmentAttention) {
    /** Whether every number is one. */
    public boolean isFinite() {
      return Double.isFinite(perplexity)
          && Arrays.stream(segmentPerplexity).allMatch(Double::isFinite)
          && Arrays.stream(segmentAttention).allMatch(Double::isFinite);
    }
  }

  /**
   * Perplexity of the response given everything before it: GATEAU (arXiv 2410.15633) Eq. 1.
   *
   * @throws DeviceMemoryException if the device's memory does not hold the sample
   */
  public double perplexity(Decoder decoder, TokenPieces pieces) {
    return only(perplexities(decoder, List.of(pieces)), pieces);
  }

  /** The same for several samples, in their order; empty where memory does not hold one. */
  public List<Optional<Double>> perplexities(Decoder decoder, List<TokenPieces> samples) {
    return answers(
        decoder, samples, pieces -> List.of(whole(pieces, Optional.empty())), this::perplexity);
  }

  /**
   * Perplexity, segment perplexities and segment attention under the long model.
   *
   * @throws DeviceMemoryException if the device's memory does not hold the sample
   */
  public LongSignals longSignals(Decoder decoder, TokenPieces pieces) {
    return only(longSignals(decoder, List.of(pieces)), pieces);
  }

  /** The same for several samples, in their order; empty where memory does not hold one. */
  public List<Optional<LongSignals>> longSignals(Decoder decoder, List<TokenPieces> samples) {
    return answers(
        decoder,
        samples,
        pieces -> {
          List<Reading> readings = new ArrayList<>();
          readings.add(whole(pieces, Optional.of(settings.focus())));
          readings.addAll(segments(pieces));
          return readings;
        },
        (pieces, passes) ->
            new LongSignals(
                perplexity(pieces, passes.subList(0, 1)),
                segmentPerplexities(pieces, passes.subList(1, passes.size())),
                segmentAttention(pieces, passes.subList(0, 1))));
  }

  /** Mean attention received by each segment of the context from the response. */
  public double[] segmentAttention(Decoder decoder, TokenPieces pieces) {
    return only(
        answers(
            decoder,
            List.of(pieces),
            one -> List.of(whole(one, Optional.of(settings.focus()))),
            this::segmentAttention),
        pieces);
  }

  /**
   * Perplexity of the response with each segment alone in place of the context: GATEAU section 3.2,
   * IS.
   */
  public double[] segmentPerplexities(Decoder decoder, TokenPieces pieces) {
    return only(
        answers(decoder, List.of(pieces), this::segments, this::segmentPerplexities), pieces);
  }

  /** Asks all readings of all samples together, then puts each sample's answer together. */
  private <T> List<Optional<T>> answers(
      Decoder decoder,
      List<TokenPieces> samples,
      Function<TokenPieces, List<Reading>> ask,
      BiFunction<TokenPieces, List<Pass>, T> answer) {
    List<Optional<List<Pass>>> passes = queue.read(decoder, samples.stream().map(ask).toList());
    List<Optional<T>> answers = new ArrayList<>();
    for (int i = 0; i < samples.size(); i++) {
      TokenPieces pieces = samples.get(i);
      answers.add(passes.get(i).map(read -> answer.apply(pieces, read)));
    }
    return answers;
  }

  private static Reading whole(TokenPieces pieces, Optional<AttentionFocus> focus) {
    return new Reading(new int[][] {pieces.sequence()}, pieces.response().length, focus);
  }

  /** The segments of equal length as one reading, and the last alone if it is shorter. */
  private List<Reading> segments(TokenPieces pieces) {
    Map<Integer, List<int[]>> byLength = new LinkedHashMap<>();
    settings
        .segments(pieces.context().length)
        .forEach(
            segment ->
                byLength
                    .computeIfAbsent(segment.length(), length -> new ArrayList<>())
                    .add(pieces.sequence(segment.from(), segment.to())));
    return byLength.values().stream()
        .map(
            equal ->
                new Reading(
                    equal.toArray(new int[0][]), pieces.response().length, Optional.empty()))
        .toList();
  }

  private double perplexity(TokenPieces pieces, List<Pass> passes) {
    return Perplexity.of(passes.get(0).negativeLogLikelihood()[0]);
  }

  private double[] segmentPerplexities(TokenPieces pieces, List<Pass> passes) {
    return passes.stream()
        .flatMap(pass -> Arrays.stream(pass.negativeLogLikelihood()))
        .mapToDouble(Perplexity::of)
        .toArray();
  }

  private double[] segmentAttention(TokenPieces pieces, List<Pass> passes) {
    int start = pieces.lead().length;
    double[] context =
        Arrays.copyOfRange(passes.get(0).attention(), start, start + pieces.context().length);
    return Segments.means(context, settings.segments(context.length));
  }

  private static <T> T only(List<Optional<T>> answers, TokenPieces pieces) {
    return answers
        .get(0)
        .orElseThrow(
            () ->
                new DeviceMemoryException(
                    "the device's memory does not hold a sample of "
                        + pieces.total()
                        + " tokens; use --dtype bfloat16, fewer --max-tokens or a larger device"));
  }
}
