package io.gateau.score;

import io.gateau.math.Perplexity;
import java.util.List;

/**
 * The negative log-likelihood (nats) of the response given everything before it: its mean, whose
 * exponential is the perplexity of GATEAU (arXiv 2410.15633) Eq. 1, and each token's own.
 */
public record ResponseLoss() implements Signal {
  /** Mean over the response tokens, accumulated in double precision; negative by rounding only. */
  public static final String LOSS = "loss";

  /** One for each response token, rounded to single precision. */
  public static final String TOKEN_LOSS = "token_loss";

  @Override
  public String name() {
    return "response-loss";
  }

  @Override
  public Pass pass() {
    return Pass.WHOLE;
  }

  @Override
  public List<SignalColumn> columns() {
    return List.of(
        new SignalColumn(LOSS, SignalColumn.Type.DOUBLE),
        new SignalColumn(TOKEN_LOSS, SignalColumn.Type.FLOATS));
  }

  @Override
  public List<Object> value(
      TokenizedSample sample, ScoringConfig config, List<SequenceOutput> outputs) {
    return meanAndTokens(outputs.get(0).negativeLogLikelihood());
  }

  /** The mean of losses, and the losses in single precision: two columns of a signal. */
  public static List<Object> meanAndTokens(double[] losses) {
    float[] tokens = new float[losses.length];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = (float) losses[i];
    }
    return List.of(Perplexity.meanLoss(losses), tokens);
  }
}
