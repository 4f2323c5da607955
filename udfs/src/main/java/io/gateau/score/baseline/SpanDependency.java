package io.gateau.score.baseline;

import io.gateau.math.ContextualDependency;
import io.gateau.model.decoder.Measure;
import io.gateau.model.decoder.SpanAttention;
import io.gateau.score.Pass;
import io.gateau.score.SampleStatus;
import io.gateau.score.ScoringConfig;
import io.gateau.score.SequenceOutput;
import io.gateau.score.Signal;
import io.gateau.score.SignalColumn;
import io.gateau.score.TokenizedSample;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * How much the spans of a sample depend on spans far before them: {@link ContextualDependency}, of
 * LADM (arXiv 2503.02502) section 3. Attention is the mean over the heads of a layer, and the score
 * that over all layers, as in the published code; {@link SpanAttention} says which spans are looked
 * at. It takes a sample of more than 2,304 tokens.
 *
 * <p>Ours: the text is the whole sample with its template, and L its own length. The paper takes
 * raw texts of 32,768 tokens, and lets a small model trained for this read them. In a layer with a
 * sliding window, spans beyond the window get nothing.
 */
public record SpanDependency() implements Signal {
  /** CDS, at least 0. */
  public static final String DEPENDENCY = "contextual_dependency";

  @Override
  public String name() {
    return "span-dependency";
  }

  @Override
  public Pass pass() {
    return Pass.WHOLE;
  }

  @Override
  public List<SignalColumn> columns() {
    return List.of(new SignalColumn(DEPENDENCY, SignalColumn.Type.DOUBLE));
  }

  @Override
  public Set<Measure> measures() {
    return Set.of(Measure.SPAN_ATTENTION);
  }

  @Override
  public SampleStatus before(TokenizedSample sample, ScoringConfig config) {
    return SpanAttention.starts(sample.tokens()).length == 0
        ? SampleStatus.TOO_SHORT
        : SampleStatus.OK;
  }

  @Override
  public List<Object> value(
      TokenizedSample sample, ScoringConfig config, List<SequenceOutput> outputs) {
    double[] focus = outputs.get(0).measures().get(Measure.SPAN_ATTENTION);
    int[] starts = SpanAttention.starts(sample.tokens());
    int ofLayer = Arrays.stream(starts).map(SpanAttention::spansBefore).sum();
    int layers = focus.length / ofLayer;
    double sum = 0;
    for (int layer = 0; layer < layers; layer++) {
      sum +=
          ContextualDependency.of(
              bySpan(focus, layer * ofLayer, starts),
              starts,
              SpanAttention.STRIDE_TOKENS,
              sample.tokens());
    }
    return List.of(sum / layers);
  }

  /** What each span asks for, of the layer whose numbers begin at {@code from}. */
  private static double[][] bySpan(double[] focus, int from, int[] starts) {
    double[][] spans = new double[starts.length][];
    int next = from;
    for (int i = 0; i < starts.length; i++) {
      int end = next + SpanAttention.spansBefore(starts[i]);
      spans[i] = Arrays.copyOfRange(focus, next, end);
      next = end;
    }
    return spans;
  }
}
