package io.gateau.score.baseline;

import io.gateau.math.Perplexity;
import io.gateau.math.SegmentPairs;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.score.Pass;
import io.gateau.score.SampleStatus;
import io.gateau.score.ScoringConfig;
import io.gateau.score.SegmentLoss;
import io.gateau.score.SequenceOutput;
import io.gateau.score.Signal;
import io.gateau.score.SignalColumn;
import io.gateau.score.TokenizedSample;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The mean negative log-likelihood (nats) of segments of the context, alone and behind an earlier
 * segment: what ProLong (arXiv 2405.17915) section 3 compares. Instruction and response are not
 * read.
 */
public record SegmentPairLoss() implements Signal {
  /** (k), one for each segment of two tokens or more, in order; negative by rounding only. */
  public static final String ALONE = "alone_segment_loss";

  /**
   * (p), of the later segment of each of the {@link SegmentPairs} of k segments, in their order.
   */
  public static final String PAIR = "pair_segment_loss";

  @Override
  public String name() {
    return "segment-pair-loss";
  }

  @Override
  public Pass pass() {
    return Pass.PAIRS;
  }

  @Override
  public List<SignalColumn> columns() {
    return List.of(
        new SignalColumn(ALONE, SignalColumn.Type.DOUBLES),
        new SignalColumn(PAIR, SignalColumn.Type.DOUBLES));
  }

  @Override
  public Map<String, String> settings(ScoringConfig config, ModelConfig model) {
    Map<String, String> settings = new LinkedHashMap<>(SegmentLoss.segmentSettings(config));
    settings.put("pairs-per-segment", String.valueOf(SegmentPairs.PER_SEGMENT));
    return settings;
  }

  @Override
  public SampleStatus before(TokenizedSample sample, ScoringConfig config) {
    long segments = config.pairedSegments(sample.context().length).limit(2).count();
    return segments < 2 ? SampleStatus.TOO_SHORT : SampleStatus.OK;
  }

  @Override
  public List<Object> value(
      TokenizedSample sample, ScoringConfig config, List<SequenceOutput> outputs) {
    double[] losses =
        outputs.stream()
            .map(SequenceOutput::negativeLogLikelihood)
            .mapToDouble(Perplexity::meanLoss)
            .toArray();
    int segments = (int) config.pairedSegments(sample.context().length).count();
    return List.of(
        Arrays.copyOf(losses, segments), Arrays.copyOfRange(losses, segments, losses.length));
  }
}
