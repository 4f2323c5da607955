package io.gateau.pipeline.estimate;

import io.gateau.model.Work;
import java.io.Serializable;

/**
 * What a pass over all samples is.
 *
 * @param sequences that the model reads
 * @param work of them
 */
public record PassCost(long sequences, Work work) implements Serializable {
  /** Nothing to read. */
  static final PassCost NONE = new PassCost(0, Work.NONE);

  PassCost plus(PassCost other) {
    return new PassCost(sequences + other.sequences, work.plus(other.work));
  }

  /** With more work of the same kind, whose sequences are as long as these. */
  PassCost withMore(Work more) {
    long others =
        work.tokens() == 0 ? 0 : Math.round((double) sequences * more.tokens() / work.tokens());
    return new PassCost(sequences + others, work.plus(more));
  }
}
