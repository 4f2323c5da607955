package io.gateau.pipeline.progress;

import java.io.Serial;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

/**
 * A counter for the driver, which learns of a task's counts when the task has ended, that is a
 * meter of the process that counts, too.
 */
final class MeteredCounter extends LongAccumulator {
  @Serial private static final long serialVersionUID = 1;

  private final String meter;

  /** A counter with the name of a meter of {@link ProcessMeters}. */
  private MeteredCounter(String meter) {
    this.meter = meter;
  }

  /** A new counter, 0. */
  static LongAccumulator register(SparkContext context, String meter, String name) {
    LongAccumulator counter = new MeteredCounter(meter);
    context.register(counter, name);
    return counter;
  }

  /** Spark's copies, of which each task gets one, are meters too. */
  @Override
  public MeteredCounter copy() {
    MeteredCounter copy = new MeteredCounter(meter);
    copy.merge(this);
    return copy;
  }

  @Override
  public void add(long count) {
    super.add(count);
    ProcessMeters.mark(meter, count);
  }
}
