package io.gateau.pipeline.estimate;

import org.apache.spark.SparkContext;
import org.apache.spark.status.api.v1.ExecutorSummary;
import scala.jdk.javaapi.CollectionConverters;

/** How many tasks run at the same time: cores by {@code spark.task.cpus}, of every executor. */
public final class TaskSlots {
  private TaskSlots() {}

  /** Of the executors that are there now; at least 1. */
  public static int of(SparkContext spark) {
    int slots =
        CollectionConverters.asJava(spark.statusStore().executorList(true)).stream()
            .mapToInt(ExecutorSummary::maxTasks)
            .sum();
    return Math.max(1, slots);
  }
}
