package io.gateau.udf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalLong;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class ExecutorMemoryTest {
  private static final long MIB = 1L << 20;

  @Test
  void localModeHasTheWholeMachine() {
    assertEquals(
        OptionalLong.empty(), outsideHeap("local[2]", "spark.executor.memoryOverhead", "4g"));
    assertEquals(OptionalLong.empty(), ExecutorMemory.outsideHeap(new SparkConf(false)));
  }

  /* Nine tenths: the rest is for what else lives outside the heap. */
  @Test
  void theOverheadThatIsStatedIsWhatThereIs() {
    for (String master : new String[] {"spark://host:7077", "yarn", "k8s://host"}) {
      assertEquals(
          OptionalLong.of((long) (4096 * MIB * 0.9)),
          outsideHeap(master, "spark.executor.memoryOverhead", "4g"));
      assertEquals(
          OptionalLong.of((long) (500 * MIB * 0.9)),
          outsideHeap(master, "spark.executor.memoryOverhead", "500"));
    }
  }

  /* A tenth of the heap, and 384 MiB at the least; YARN ends an executor that takes more. */
  @Test
  void onYarnSparksOwnOverheadCounts() {
    assertEquals(
        OptionalLong.of((long) (384 * MIB * 0.9)),
        outsideHeap("yarn", "spark.executor.memory", "2g"));
    assertEquals(
        OptionalLong.of((long) (1024 * MIB * 0.9)),
        outsideHeap("yarn", "spark.executor.memory", "10g"));
  }

  @Test
  void elsewhereNothingIsSetAside() {
    assertEquals(
        OptionalLong.empty(), outsideHeap("spark://host:7077", "spark.executor.memory", "8g"));
    assertEquals(OptionalLong.empty(), outsideHeap("k8s://host", "spark.executor.memory", "8g"));
  }

  private static OptionalLong outsideHeap(String master, String key, String value) {
    return ExecutorMemory.outsideHeap(
        new SparkConf(false).set("spark.master", master).set(key, value));
  }
}
