package io.gateau.jobs.doctor;

import io.gateau.model.Devices;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Spark, and what its executors compute with. */
final class SparkChecks {
  /** Enough to reach most executors. */
  private static final int TASKS_PER_CORE = 4;

  private SparkChecks() {}

  static Finding runs(SparkSession spark) {
    long rows = spark.range(1000).repartition(4).count();
    return Finding.ok(
        "Spark",
        "%s, master %s, %d tasks at once; counted %d rows"
            .formatted(
                spark.version(),
                spark.sparkContext().master(),
                spark.sparkContext().defaultParallelism(),
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
