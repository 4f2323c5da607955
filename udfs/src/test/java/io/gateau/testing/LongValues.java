package io.gateau.testing;

import io.gateau.math.Perplexity;
import io.gateau.score.ResponseLoss;
import io.gateau.score.SampleScorer;
import io.gateau.score.SegmentAttention;
import io.gateau.score.SegmentLoss;
import io.gateau.score.Signal;
import io.gateau.score.TokenizedSample;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What GATEAU takes of a sample of k segments from its long model, all from one call of the scorer.
 *
 * @param perplexity of the response given the whole context
 * @param segmentPerplexity (k), of the response given each segment alone
 * @param segmentAttention (k), mean weight that each segment's tokens receive from the response
 */
@SuppressWarnings("ArrayRecordComponent") // compared element by element, never as a value
public record LongValues(double perplexity, double[] segmentPerplexity, double[] segmentAttention) {
  private static final Signal RESPONSE_LOSS = new ResponseLoss();
  private static final Signal SEGMENT_LOSS = new SegmentLoss();
  private static final Signal SEGMENT_ATTENTION = new SegmentAttention();

  /** The values of one sample; empty if the device's memory does not hold it. */
  public static Optional<LongValues> of(SampleScorer scorer, TokenizedSample sample) {
    return of(scorer, List.of(sample)).get(0);
  }

  /** The values of several samples, in their order. */
  public static List<Optional<LongValues>> of(SampleScorer scorer, List<TokenizedSample> samples) {
    return scorer.score(samples, List.of(RESPONSE_LOSS, SEGMENT_LOSS, SEGMENT_ATTENTION)).stream()
        .map(values -> values.map(LongValues::of))
        .toList();
  }

  private static LongValues of(Map<Signal, List<Object>> values) {
    double[] segmentLoss = (double[]) values.get(SEGMENT_LOSS).get(0);
    return new LongValues(
        Perplexity.of((double) values.get(RESPONSE_LOSS).get(0)),
        Arrays.stream(segmentLoss).map(Perplexity::of).toArray(),
        (double[]) values.get(SEGMENT_ATTENTION).get(0));
  }
}
