package io.gateau.jobs.doctor;

import io.gateau.model.Devices;
import io.gateau.pipeline.estimate.TaskSlots;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Spark, and what its executors compute with. */
final class SparkChecks {
  /** Enough to reach most executors. */
  private static final int TASKS_PER_CORE = 4;

  private static final int SECONDS = 60;

  private SparkChecks() {}

  static Finding runs(SparkSession spark) {
    ScheduledExecutorService limit = Executors.newSingleThreadScheduledExecutor();
    AtomicBoolean late = new AtomicBoolean();
    long rows;
    try {
      var unused =
          limit.schedule(
              () -> {
                late.set(true);
                spark.sparkContext().cancelAllJobs();
              },
              SECONDS,
              TimeUnit.SECONDS);
      rows = spark.range(1000).repartition(4).count();
    } catch (Exception e) {
      // Spark throws its own exceptions without saying so.
      if (!late.get()) {
        throw e;
      }
      return Finding.fault(
          "Spark",
          "master %s ran no job within %d s".formatted(spark.sparkContext().master(), SECONDS),
          "look at its web page: are there workers with free cores, and with the memory of"
              + " spark.executor.memory?");
    } finally {
      limit.shutdownNow();
    }
    return Finding.ok(
        "Spark",
        "%s, master %s, %d tasks at once; counted %d rows"
            .formatted(
                spark.version(),
                spark.sparkContext().master(),
                TaskSlots.of(spark.sparkContext()),
                rows));
  }

  /** Gateau's classes, libtorch and GPUs on the executors. */
  static Finding executors(SparkSession spark) {
    int tasks = TASKS_PER_CORE * spark.sparkContext().defaultParallelism();
    List<String> found =
        new JavaSparkContext(spark.sparkContext())
                .parallelize(IntStream.range(0, tasks).boxed().toList(), tasks)
                .map(task -> engine())
                .distinct()
                .collect()
                .stream()
                .sorted()
                .toList();
    return Finding.ok("executors", found.stream().collect(Collectors.joining("; ")));
  }

  private static String engine() {
    Devices.Found found = Devices.find();
    return "%s: libtorch %s, %d GPUs"
        .formatted(SparkEnv.get().executorId(), found.libtorch(), found.gpus());
  }
}
