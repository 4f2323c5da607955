package io.gateau.pipeline.progress;

import io.gateau.model.Work;
import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.util.DoubleAccumulator;
import org.apache.spark.util.LongAccumulator;

/**
 * Work that tasks add up for the driver.
 *
 * @param tokens of it
 * @param flops of it
 */
public record WorkCounter(LongAccumulator tokens, DoubleAccumulator flops) implements Serializable {

  static WorkCounter register(SparkContext context, String name) {
    return new WorkCounter(
        context.longAccumulator("gateau." + name + ".tokens"),
        context.doubleAccumulator("gateau." + name + ".flops"));
  }

  /** A counter whose tokens are those of the metrics. */
  static WorkCounter registerMetered(SparkContext context, String name) {
    return new WorkCounter(
        MeteredCounter.register(context, "tokens", "gateau." + name + ".tokens"),
        context.doubleAccumulator("gateau." + name + ".flops"));
  }

  /** Adds, in a task. */
  public void add(Work work) {
    tokens.add(work.tokens());
    flops.add(work.flops());
  }

  Work value() {
    return new Work(tokens.value(), flops.value());
  }
}
