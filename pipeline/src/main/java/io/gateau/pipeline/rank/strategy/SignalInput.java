package io.gateau.pipeline.rank.strategy;

import io.gateau.score.ModelRole;
import io.gateau.score.ModelSignal;
import io.gateau.score.ResponseLoss;
import io.gateau.score.SegmentAttention;
import io.gateau.score.SegmentLoss;
import io.gateau.score.SignalColumn;
import io.gateau.score.baseline.MeanHiddenState;
import io.gateau.score.baseline.RecentContextLoss;
import java.io.Serializable;

/**
 * One column of a signal that a strategy reads.
 *
 * @param signal of one of the models
 * @param part name of the column within the signal
 */
public record SignalInput(ModelSignal signal, String part) implements Serializable {
  /** Mean negative log-likelihood (nats) of the response under the short model. */
  public static final SignalInput SHORT_LOSS =
      new SignalInput(ModelSignal.ofShort(new ResponseLoss()), ResponseLoss.LOSS);

  /** Mean negative log-likelihood (nats) of the response under the long model. */
  public static final SignalInput LONG_LOSS =
      new SignalInput(ModelSignal.ofLong(new ResponseLoss()), ResponseLoss.LOSS);

  /** Mean negative log-likelihood (nats) of the response under a model of another family. */
  public static final SignalInput UNRELATED_LOSS =
      new SignalInput(new ModelSignal(ModelRole.UNRELATED, new ResponseLoss()), ResponseLoss.LOSS);

  /** Mean negative log-likelihood (nats) of the response given each segment alone. */
  public static final SignalInput LONG_SEGMENT_LOSS =
      new SignalInput(ModelSignal.ofLong(new SegmentLoss()), SegmentLoss.LOSS);

  /** Attention that the response pays to each segment. */
  public static final SignalInput LONG_SEGMENT_ATTENTION =
      new SignalInput(ModelSignal.ofLong(new SegmentAttention()), SegmentAttention.ATTENTION);

  /** Negative log-likelihood (nats) of each response token given the whole prompt. */
  public static final SignalInput LONG_TOKEN_LOSS =
      new SignalInput(ModelSignal.ofLong(new ResponseLoss()), ResponseLoss.TOKEN_LOSS);

  /** Negative log-likelihood (nats) of each response token given the end of the prompt. */
  public static final SignalInput LONG_RECENT_TOKEN_LOSS =
      new SignalInput(ModelSignal.ofLong(new RecentContextLoss()), RecentContextLoss.TOKEN_LOSS);

  /** Mean hidden state of the whole sample. */
  public static final SignalInput LONG_STATE =
      new SignalInput(ModelSignal.ofLong(new MeanHiddenState()), MeanHiddenState.STATE);

  /** Checks that the signal has such a column. */
  public SignalInput {
    if (signal.signal().columns().stream().noneMatch(column -> column.name().equals(part))) {
      throw new IllegalArgumentException(
          "the signal %s has no column %s; its columns are %s"
              .formatted(signal.name(), part, signal.signal().columns()));
    }
  }

  /** The name of the column in a data set, such as {@code long_loss}. */
  public String column() {
    return signal.column(part);
  }

  /** What the column holds. */
  public SignalColumn.Type type() {
    return signal.signal().columns().stream()
        .filter(column -> column.name().equals(part))
        .findFirst()
        .orElseThrow()
        .type();
  }
}
