package io.gateau.pipeline;

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
 * @param files files added to the store
 */
record ScoreCounters(
    LongAccumulator rows,
    LongAccumulator characters,
    LongAccumulator sequences,
    LongAccumulator tokens,
    LongAccumulator files)
    implements Serializable {

  /** New counters, all 0. */
  static ScoreCounters register(SparkContext context) {
    return new ScoreCounters(
        context.longAccumulator("gateau.rows"),
        context.longAccumulator("gateau.characters"),
        context.longAccumulator("gateau.sequences"),
        context.longAccumulator("gateau.tokens"),
        context.longAccumulator("gateau.files"));
  }
}
