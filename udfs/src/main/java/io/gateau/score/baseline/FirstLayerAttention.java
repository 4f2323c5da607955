package io.gateau.score.baseline;

import io.gateau.math.LongRangeAttention;
import io.gateau.model.decoder.Measure;
import io.gateau.score.Pass;
import io.gateau.score.ScoringConfig;
import io.gateau.score.SequenceOutput;
import io.gateau.score.Signal;
import io.gateau.score.SignalColumn;
import io.gateau.score.TokenizedSample;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * How much, and how evenly, the first layer of a model attends over long distances: {@link
 * LongRangeAttention}, of LongAttn (arXiv 2502.16860) section 3. Only the attention weights of that
 * layer are computed.
 *
 * <p>Ours: the text is the whole sample with its template, and L its own length. The paper cuts raw
 * texts to one length and pads them to it. A pair is far from L / 4 tokens on, rounded up. In a
 * first layer with a sliding window, weights beyond the window are 0, as they are in the model.
 */
public record FirstLayerAttention() implements Signal {
  /** DS, in [0, 1]. */
  public static final String STRENGTH = "dependency_strength";

  /** DU, at most 0. */
  public static final String UNIFORMITY = "dependency_uniformity";

  @Override
  public String name() {
    return "first-layer-attention";
  }

  @Override
  public Pass pass() {
    return Pass.FIRST_LAYER;
  }

  @Override
  public List<SignalColumn> columns() {
    return List.of(
        new SignalColumn(STRENGTH, SignalColumn.Type.DOUBLE),
        new SignalColumn(UNIFORMITY, SignalColumn.Type.DOUBLE));
  }

  @Override
  public Set<Measure> measures() {
    return Set.of(Measure.FIRST_LAYER_ATTENTION);
  }

  @Override
  public List<Object> value(
      TokenizedSample sample, ScoringConfig config, List<SequenceOutput> outputs) {
    double[] sums = outputs.get(0).measures().get(Measure.FIRST_LAYER_ATTENTION);
    int heads = sums.length / 2;
    LongRangeAttention attention =
        LongRangeAttention.of(
            Arrays.copyOf(sums, heads),
            Arrays.copyOfRange(sums, heads, sums.length),
            sample.tokens());
    return List.of(attention.strength(), attention.uniformity());
  }
}
