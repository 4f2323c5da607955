package io.gateau.score.baseline;

import io.gateau.model.decoder.Measure;
import io.gateau.score.Pass;
import io.gateau.score.ScoringConfig;
import io.gateau.score.SequenceOutput;
import io.gateau.score.Signal;
import io.gateau.score.SignalColumn;
import io.gateau.score.TokenizedSample;
import java.util.List;
import java.util.Set;

/**
 * The mean over all positions of the whole sample of the last hidden layer, after the final norm:
 * what CaR (arXiv 2402.18191) clusters samples by, to keep some of every kind.
 *
 * <p>Ours: the paper takes the vectors of a sentence transformer, which reads some hundred tokens.
 * The model that scores reads the whole sample anyway.
 */
public record MeanHiddenState() implements Signal {
  /** (D), the model's hidden size; a mean in double precision, rounded to single precision. */
  public static final String STATE = "mean_hidden_state";

  @Override
  public String name() {
    return "mean-hidden-state";
  }

  @Override
  public Pass pass() {
    return Pass.WHOLE;
  }

  @Override
  public List<SignalColumn> columns() {
    return List.of(new SignalColumn(STATE, SignalColumn.Type.FLOATS));
  }

  @Override
  public Set<Measure> measures() {
    return Set.of(Measure.MEAN_HIDDEN_STATE);
  }

  @Override
  public List<Object> value(
      TokenizedSample sample, ScoringConfig config, List<SequenceOutput> outputs) {
    double[] mean = outputs.get(0).measures().get(Measure.MEAN_HIDDEN_STATE);
    float[] rounded = new float[mean.length];
    for (int i = 0; i < mean.length; i++) {
      rounded[i] = (float) mean[i];
    }
    return List.of(rounded);
  }
}
