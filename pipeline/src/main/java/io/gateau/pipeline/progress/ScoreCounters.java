package io.gateau.pipeline.progress;

import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

/**
 * What tasks count for the driver.
 *
 * @param rows samples scored
 * @param characters text of those samples, in characters
 * @param sequences sequences that models have scored
 * @param tokens tokens of those sequences
 * @param failed samples whose attempt came to nothing
 * @param errors those of them for which an error was thrown
 * @param files files added to the store
 */
public record ScoreCounters(
    LongAccumulator rows,
    LongAccumulator characters,
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
        context.longAccumulator("gateau.characters"),
        context.longAccumulator("gateau.sequences"),
        context.longAccumulator("gateau.tokens"),
        context.longAccumulator("gateau.failed"),
        context.longAccumulator("gateau.errors"),
        context.longAccumulator("gateau.files"));
  }
}
