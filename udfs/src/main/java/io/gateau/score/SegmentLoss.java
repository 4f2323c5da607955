package io.gateau.score;

import io.gateau.math.Perplexity;
import io.gateau.model.checkpoint.ModelConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The mean negative log-likelihood (nats) of the response with each segment alone in place of the
 * context. Its exponential is the importance of a segment in GATEAU (arXiv 2410.15633) section 3.2.
 */
public record SegmentLoss() implements Signal {
  /** (k), one for each segment of the context; negative by rounding only. */
  public static final String LOSS = "segment_loss";

  @Override
  public String name() {
    return "segment-loss";
  }

  @Override
  public Pass pass() {
    return Pass.SEGMENTS;
  }

  @Override
  public List<SignalColumn> columns() {
    return List.of(new SignalColumn(LOSS, SignalColumn.Type.DOUBLES));
  }

  @Override
  public Map<String, String> settings(ScoringConfig config, ModelConfig model) {
    return segmentSettings(config);
  }

  @Override
  public SampleStatus before(TokenizedSample sample, ScoringConfig config) {
    return beforeSegments(sample, config);
  }

  @Override
  public List<Object> value(
      TokenizedSample sample, ScoringConfig config, List<SequenceOutput> outputs) {
    return List.of(
        outputs.stream()
            .map(SequenceOutput::negativeLogLikelihood)
            .mapToDouble(Perplexity::meanLoss)
            .toArray());
  }

  /** How the context is cut. */
  public static Map<String, String> segmentSettings(ScoringConfig config) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("segment-tokens", String.valueOf(config.segmentTokens()));
    settings.put("segment-overlap", String.valueOf(config.segmentOverlap()));
    return settings;
  }

  /** Contextual awareness compares segments, so it needs two. */
  static SampleStatus beforeSegments(TokenizedSample sample, ScoringConfig config) {
    return config.segments(sample.context().length).limit(2).count() < 2
        ? SampleStatus.TOO_SHORT
        : SampleStatus.OK;
  }
}
