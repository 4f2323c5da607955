package io.gateau.pipeline.progress;

import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

/**
 * What tasks count for the driver.
 *
 * @param rows samples that are finished
 * @param planned what those were planned to cost
 * @param finished what those have cost
 * @param scored all forward passes; added batch by batch
 * @param sequences of these passes
 * @param failed samples whose attempt came to nothing
 * @param errors those of them for which an error was thrown
 * @param files files added to the store
 */
public record ScoreCounters(
    LongAccumulator rows,
    WorkCounter planned,
    WorkCounter finished,
    WorkCounter scored,
    LongAccumulator sequences,
    LongAccumulator failed,
    LongAccumulator errors,
    LongAccumulator files)
    implements Serializable {

  /** New counters, all 0. */
  public static ScoreCounters register(SparkContext context) {
    return new ScoreCounters(
        MeteredCounter.register(context, "rows", "gateau.rows"),
        WorkCounter.register(context, "planned"),
        WorkCounter.register(context, "finished"),
        WorkCounter.registerMetered(context, "scored"),
        MeteredCounter.register(context, "sequences", "gateau.sequences"),
        MeteredCounter.register(context, "failed", "gateau.failed"),
        MeteredCounter.register(context, "errors", "gateau.errors"),
        MeteredCounter.register(context, "files", "gateau.files"));
  }

  /** Tokens of all forward passes. */
  public long tokens() {
    return scored.value().tokens();
  }

  ScoredWork done() {
    return new ScoredWork(rows.value(), planned.value(), finished.value(), scored.value());
  }
}
