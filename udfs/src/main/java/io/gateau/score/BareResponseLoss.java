package io.gateau.score;

import java.util.List;

/**
 * The negative log-likelihood (nats) of the response without context and instruction: the
 * denominator of IFD (arXiv 2308.12032), s(A). The response follows the start token. Where the
 * tokenizer has none, nothing predicts the first response token, and it has no loss.
 */
public record BareResponseLoss() implements Signal {
  /** Mean over the tokens that have a loss, in double precision; negative by rounding only. */
  public static final String LOSS = "bare_loss";

  /** One for each token that has a loss, rounded to single precision. */
  public static final String TOKEN_LOSS = "bare_token_loss";

  @Override
  public String name() {
    return "bare-response-loss";
  }

  @Override
  public Pass pass() {
    return Pass.BARE;
  }

  @Override
  public List<SignalColumn> columns() {
    return List.of(
        new SignalColumn(LOSS, SignalColumn.Type.DOUBLE),
        new SignalColumn(TOKEN_LOSS, SignalColumn.Type.FLOATS));
  }

  @Override
  public SampleStatus before(TokenizedSample sample, ScoringConfig config) {
    return sample.bareResponseTokens() == 0 ? SampleStatus.TOO_SHORT : SampleStatus.OK;
  }

  @Override
  public List<Object> value(
      TokenizedSample sample, ScoringConfig config, List<SequenceOutput> outputs) {
    return ResponseLoss.meanAndTokens(outputs.get(0).negativeLogLikelihood());
  }
}
