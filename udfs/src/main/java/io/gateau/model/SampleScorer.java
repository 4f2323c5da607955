package io.gateau.model;

import io.gateau.math.Perplexity;
import io.gateau.math.Segments;
import io.gateau.math.Segments.Segment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The raw signals of one sample: METHOD, raw signals. One pass of the short model gives its
 * perplexity; one pass of the long model gives perplexity and attention focus together; the
 * segments are read in batches of equal length.
 */
public final class SampleScorer {
  private final ScoringSettings settings;

  public SampleScorer(ScoringSettings settings) {
    this.settings = settings;
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

  /** Perplexity of the response given everything before it: GATEAU (arXiv 2410.15633) Eq. 1. */
  public double perplexity(Decoder decoder, TokenPieces pieces) {
    return Perplexity.of(
        decoder
            .negativeLogLikelihood(new int[][] {pieces.sequence()}, pieces.response().length)[0]);
  }

  /** Perplexity, segment perplexities and segment attention under the long model. */
  public LongSignals longSignals(Decoder decoder, TokenPieces pieces) {
    Decoder.FocusedPass pass = decoder.focusedPass(pieces.sequence(), pieces.response().length);
    return new LongSignals(
        Perplexity.of(pass.negativeLogLikelihood()),
        segmentPerplexities(decoder, pieces),
        segmentAttention(pass, pieces));
  }

  /** Mean attention received by each segment of the context from the response. */
  public double[] segmentAttention(Decoder decoder, TokenPieces pieces) {
    return segmentAttention(
        decoder.focusedPass(pieces.sequence(), pieces.response().length), pieces);
  }

  /**
   * Perplexity of the response with each segment alone in place of the context: GATEAU section 3.2,
   * IS.
   */
  public double[] segmentPerplexities(Decoder decoder, TokenPieces pieces) {
    List<Segment> segments =
        Segments.of(pieces.context().length, settings.segmentTokens()).toList();
    double[] result = new double[segments.size()];
    int from = 0;
    while (from < segments.size()) {
      int length = segments.get(from).length();
      int sequence = pieces.total() - pieces.context().length + length;
      int to = Math.min(segments.size(), from + Math.max(1, settings.batchTokens() / sequence));
      while (segments.get(to - 1).length() != length) {
        to--;
      }
      List<int[]> batch = new ArrayList<>();
      for (Segment segment : segments.subList(from, to)) {
        batch.add(pieces.sequence(segment.from(), segment.to()));
      }
      double[][] scored =
          decoder.negativeLogLikelihood(batch.toArray(new int[0][]), pieces.response().length);
      for (int i = 0; i < scored.length; i++) {
        result[from + i] = Perplexity.of(scored[i]);
      }
      from = to;
    }
    return result;
  }

  private double[] segmentAttention(Decoder.FocusedPass pass, TokenPieces pieces) {
    int start = pieces.lead().length;
    double[] context = Arrays.copyOfRange(pass.attention(), start, start + pieces.context().length);
    return Segments.means(context, settings.segmentTokens());
  }
}
