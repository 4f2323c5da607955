package io.gateau.score.baseline;

import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.score.Pass;
import io.gateau.score.ResponseLoss;
import io.gateau.score.ScoringConfig;
import io.gateau.score.SequenceOutput;
import io.gateau.score.Signal;
import io.gateau.score.SignalColumn;
import io.gateau.score.TokenizedSample;
import java.util.List;
import java.util.Map;

/**
 * The negative log-likelihood (nats) of the response given only the last tokens of the prompt:
 * LongPPL (arXiv 2410.23771) section 3 and LongFilter (arXiv 2510.25804) compare it, token by
 * token, with the loss given the whole prompt.
 *
 * <p>Ours: the recent context is a fixed number of tokens before the response, so that one sequence
 * is enough and each response token is given at least so many. LongPPL's code moves a window of
 * that length along instead.
 */
public record RecentContextLoss() implements Signal {
  /** Mean over the response tokens, in double precision; negative by rounding only. */
  public static final String LOSS = "recent_loss";

  /** One for each response token, rounded to single precision. */
  public static final String TOKEN_LOSS = "recent_token_loss";

  @Override
  public String name() {
    return "recent-context-loss";
  }

  @Override
  public Pass pass() {
    return Pass.RECENT;
  }

  @Override
  public List<SignalColumn> columns() {
    return List.of(
        new SignalColumn(LOSS, SignalColumn.Type.DOUBLE),
        new SignalColumn(TOKEN_LOSS, SignalColumn.Type.FLOATS));
  }

  @Override
  public Map<String, String> settings(ScoringConfig config, ModelConfig model) {
    return Map.of("recent-tokens", String.valueOf(config.recentTokens()));
  }

  @Override
  public List<Object> value(
      TokenizedSample sample, ScoringConfig config, List<SequenceOutput> outputs) {
    return ResponseLoss.meanAndTokens(outputs.get(0).negativeLogLikelihood());
  }
}
