package io.gateau.pipeline.progress;

import io.gateau.score.cost.Work;
import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.util.DoubleAccumulator;
import org.apache.spark.util.LongAccumulator;

/**
 * What tasks count for the driver.
 *
 * @param rows samples scored
 * @param plannedTokens that models were planned to read for those samples
 * @param plannedFlops floating-point operations that those samples were planned to cost
 * @param sequences sequences that models have scored
 * @param tokens tokens of those sequences
 * @param failed samples whose attempt came to nothing
 * @param errors those of them for which an error was thrown
 * @param files files added to the store
 */
public record ScoreCounters(
    LongAccumulator rows,
    LongAccumulator plannedTokens,
    DoubleAccumulator plannedFlops,
    LongAccumulator sequences,
    LongAccumulator tokens,
    LongAccumulator failed,
    LongAccumulator errors,
    LongAccumulator files)
    implements Serializable {

  /** New counters, all 0. */
  public static ScoreCounters register(SparkContext context) {
    return new ScoreCounters(
        context.longAccumulator("gateau.rows"),
        context.longAccumulator("gateau.plannedTokens"),
        context.doubleAccumulator("gateau.plannedFlops"),
        context.longAccumulator("gateau.sequences"),
        context.longAccumulator("gateau.tokens"),
        context.longAccumulator("gateau.failed"),
        context.longAccumulator("gateau.errors"),
        context.longAccumulator("gateau.files"));
  }

  /** What finished samples were planned to cost. */
  Work planned() {
    return new Work(plannedTokens.value(), plannedFlops.value());
  }

  /** Counts finished samples that were planned to cost this. */
  public void addPlanned(Work work) {
    plannedTokens.add(work.tokens());
    plannedFlops.add(work.flops());
  }
}
