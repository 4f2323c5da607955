package io.gateau.score;

import io.gateau.math.Segments;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.decoder.AttentionHeads;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The attention that the tokens of each segment receive from the response: the mean over the
 * segment's tokens, layers, heads and response positions. Source: GATEAU (arXiv 2410.15633) section
 * 3.2, AS.
 */
public record SegmentAttention() implements Signal {
  /** (k), one for each segment of the context, in [0, 1]. */
  public static final String ATTENTION = "segment_attention";

  @Override
  public String name() {
    return "segment-attention";
  }

  @Override
  public Pass pass() {
    return Pass.WHOLE;
  }

  @Override
  public List<SignalColumn> columns() {
    return List.of(new SignalColumn(ATTENTION, SignalColumn.Type.DOUBLES));
  }

  /** The focus as layer and head numbers: two ways to choose the same layers are one setting. */
  @Override
  public Map<String, String> settings(ScoringConfig config, ModelConfig model) {
    AttentionFocus focus = config.focus().canonical(model);
    Map<String, String> settings = SegmentLoss.segmentSettings(config);
    settings.put("attention-layers", focus.layers());
    settings.put("attention-heads", focus.heads());
    return settings;
  }

  @Override
  public AttentionHeads attentionHeads(ScoringConfig config, ModelConfig model) {
    return config.focus().in(model);
  }

  @Override
  public SampleStatus before(TokenizedSample sample, ScoringConfig config) {
    return SegmentLoss.beforeSegments(sample, config);
  }

  @Override
  public List<Object> value(
      TokenizedSample sample, ScoringConfig config, List<SequenceOutput> outputs) {
    int start = sample.contextStart();
    int contextTokens = sample.context().length;
    double[] context = Arrays.copyOfRange(outputs.get(0).attention(), start, start + contextTokens);
    return List.of(Segments.means(context, config.segments(contextTokens)));
  }
}
