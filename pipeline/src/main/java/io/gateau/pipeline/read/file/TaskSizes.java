package io.gateau.pipeline.read.file;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/**
 * How much a task reads, as Spark divides its own formats.
 *
 * @param taskBytes {@code spark.sql.files.maxPartitionBytes}, less if there would be fewer tasks
 *     than cores
 * @param openCost how many bytes could be read while one more file is opened: {@code
 *     spark.sql.files.openCostInBytes}
 */
public record TaskSizes(long taskBytes, long openCost) {

  /** The sizes for an input of these parts, by the bytes of each. */
  public static <T> TaskSizes of(SparkSession spark, List<T> parts, ToLongFunction<T> bytes) {
    long openCost = bytes(spark, "spark.sql.files.openCostInBytes");
    long most = bytes(spark, "spark.sql.files.maxPartitionBytes");
    long all = parts.stream().mapToLong(bytes).map(part -> part + openCost).sum();
    long share = all / spark.sparkContext().defaultParallelism();
    return new TaskSizes(Math.max(1, Math.min(most, Math.max(openCost, share))), openCost);
  }

  /** A setting of the session, such as 128MB, in bytes. */
  private static long bytes(SparkSession spark, String key) {
    return new SparkConf(/* loadDefaults= */ false)
        .set(key, spark.conf().get(key))
        .getSizeAsBytes(key);
  }

  /** What each task reads: the largest parts first, so that small ones fill up what is left. */
  public <T> List<List<T>> pack(List<T> parts, ToLongFunction<T> bytes) {
    List<List<T>> tasks = new ArrayList<>();
    long left = 0;
    for (T part : parts.stream().sorted(Comparator.comparingLong(bytes).reversed()).toList()) {
      if (tasks.isEmpty() || bytes.applyAsLong(part) > left) {
        tasks.add(new ArrayList<>());
        left = taskBytes;
      }
      tasks.get(tasks.size() - 1).add(part);
      left -= bytes.applyAsLong(part) + openCost;
    }
    return tasks;
  }
}
