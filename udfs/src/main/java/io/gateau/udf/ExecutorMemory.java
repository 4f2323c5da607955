package io.gateau.udf;

import java.util.OptionalLong;
import org.apache.spark.SparkConf;

/**
 * The memory that Spark has set aside for an executor outside its heap. It is what weights and
 * activations on the CPU may take: a cluster manager ends an executor that takes more, and beside
 * it on the same machine there may be others.
 */
final class ExecutorMemory {
  private static final String OVERHEAD = "spark.executor.memoryOverhead";
  private static final String FACTOR = "spark.executor.memoryOverheadFactor";
  private static final String HEAP = "spark.executor.memory";

  /** Spark's defaults. */
  private static final double DEFAULT_FACTOR = 0.1;

  private static final long LEAST_MIB = 384;

  /** Share that is left to everything else outside the heap. */
  private static final double MARGIN = 0.1;

  private ExecutorMemory() {}

  /**
   * Bytes for weights and activations. Empty in local mode, and where neither the user nor the
   * cluster manager limits them; the limit of a container is read elsewhere.
   */
  static OptionalLong outsideHeap(SparkConf conf) {
    String master = conf.get("spark.master", "local");
    if (master.startsWith("local")) {
      return OptionalLong.empty();
    }
    if (conf.contains(OVERHEAD)) {
      return bytes(conf.getSizeAsMb(OVERHEAD));
    }
    if (!master.startsWith("yarn")) {
      return OptionalLong.empty();
    }
    double factor = conf.getDouble(FACTOR, DEFAULT_FACTOR);
    return bytes(Math.max(LEAST_MIB, (long) (factor * conf.getSizeAsMb(HEAP, "1g"))));
  }

  private static OptionalLong bytes(long mebibytes) {
    return OptionalLong.of((long) ((mebibytes << 20) * (1 - MARGIN)));
  }
}
